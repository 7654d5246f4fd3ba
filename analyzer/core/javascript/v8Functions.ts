import type { V8Heap } from "./v8Heap";
import type { V8Script, V8Scripts } from "./v8Scripts";

/** A function of a script as V8 keeps it. */
export interface V8Function {
  readonly name?: string;
  readonly script: V8Script;
  /** Where it is in its script; known where the script's text confirms it. */
  readonly range?: ScriptRange;
}

/** [start, end) in the text of a script. */
export interface ScriptRange {
  readonly start: number;
  readonly end: number;
}

interface ScopeFacts {
  readonly name?: string | undefined;
  readonly range?: ScriptRange | undefined;
}

/** Words of a description of a scope that are looked through behind its variables. */
const scopeWords = 10;
const mostVariables = 10_000;
/** Names of more variables than these are in a table of their own. */
const mostInlinedNames = 75;

/** @param shared reference of a `SharedFunctionInfo`; undefined for built-in functions, which have no script */
export function readV8Function(heap: V8Heap, scripts: V8Scripts, shared: number): V8Function | undefined {
  const { constants } = heap;
  const script = scripts.at(heap.field(shared, constants.sharedScript));
  if (script === undefined) return undefined;
  const nameOrScope = heap.field(shared, constants.sharedName);
  const isScope = heap.typeOf(nameOrScope) === constants.scopeType;
  const own: ScopeFacts = isScope
    ? readScope(heap, nameOrScope!, script)
    : { name: heap.text(nameOrScope, 1024) };
  return {
    script,
    ...(own.name !== undefined && own.name !== "" && { name: own.name }),
    ...(own.range !== undefined && { range: own.range }),
  };
}

/**
 * Behind the variables of a scope stand, where they are known, its function's name, the name that was inferred for it, and
 * where it begins and ends, which since V8 13 stands before them. Which of them are there is written in bits that move
 * between releases: they are told by what they are, and the place by what the script has there.
 */
function readScope(heap: V8Heap, scope: number, script: V8Script): ScopeFacts {
  const { constants } = heap;
  const count = heap.integerField(scope, 8 + 8 * constants.scopeVariableCount);
  if (count === undefined || count < 0 || count > mostVariables) return {};
  const names = count < mostInlinedNames ? count : 1;
  const first = scope - 1 + 8 + 8 * constants.scopeVariables + 8 * (names + count);
  const rangeAt = (at: number): ScriptRange | undefined => {
    const start = heap.integerAt(at);
    const end = heap.integerAt(at + 8);
    if (start === undefined || end === undefined) return undefined;
    return isFunction(script.text ?? "", start, end) ? { start, end } : undefined;
  };
  const mapType = heap.typeOf(heap.field(scope, 0));
  let name = "";
  let range = rangeAt(scope - 1 + 8 + 8 * (constants.scopeVariableCount + 1));
  for (let index = 0; index < scopeWords && (name === "" || range === undefined); index++) {
    const at = first + 8 * index;
    const word = heap.word(at);
    // The next object begins.
    if (mapType !== undefined && heap.typeOf(word) === mapType) break;
    if (name === "" && heap.isString(word)) name = heap.text(word, 1024) ?? "";
    range ??= rangeAt(at);
  }
  return { name, range };
}

/** A function's place goes from its parameters to its end. */
function isFunction(source: string, start: number, end: number): boolean {
  if (!(start >= 0 && start < end && end <= source.length)) return false;
  if (source[start] === "(" && source[end - 1] === "}") return true;
  return (
    /^(async\s+)?(\(|[\p{L}_$][\p{L}\p{N}_$]*\s*=>)/u.test(source.slice(start, start + 200)) &&
    source.slice(start, end).includes("=>")
  );
}
