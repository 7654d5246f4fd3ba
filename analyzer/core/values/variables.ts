import { Attr, Tag } from "../../formats/dwarf/constants";
import { childrenOf, type Die } from "../../formats/dwarf/dies";
import { entryNameOf, originsOf, qualifiedNameOf } from "../../formats/dwarf/names";
import { orReport } from "../../formats/dwarf/sections";
import type { DebugFrame } from "../symbols/symbolize";
import { compiledFunctionOf, contextOf, globalContext } from "./frameContext";
import type { MachineFrame } from "./machineFrame";
import type { ProcessView } from "./processView";
import { missingStorage } from "./storage";
import type { TypedValue } from "./typedValue";
import { valueOfVariable } from "./variableValue";

export interface Variable {
  readonly name: string;
  readonly value: TypedValue;
  readonly isArgument: boolean;
  /** Line of the declaration. */
  readonly line?: number;
  /** True when a variable of the same name in an inner block hides it. */
  readonly isShadowed: boolean;
}

/** Variables of a function beyond this many are not listed; generated code has thousands. */
const mostVariables = 5000;
/** Blocks in blocks; people write some ten. */
const deepestBlock = 32;

/** Arguments and locals of one frame, arguments first, then by block from the inside. */
export function variablesOf(
  { scopes }: Pick<DebugFrame, "scopes">,
  frame: MachineFrame,
  process: ProcessView,
): Variable[] {
  const compiled = compiledFunctionOf(frame);
  if (compiled === undefined) return [];
  const context = contextOf({ frame, compiled }, process);
  const { problems } = compiled.unit.file;
  const found: Variable[] = [];
  const seen = new Set<string>();
  for (const scope of scopes) {
    const names: string[] = [];
    for (const die of orReport(problems, [], () => entriesOf(scope))) {
      const name = orReport(problems, undefined, () => entryNameOf(die));
      if (name === undefined || found.length >= mostVariables) continue;
      const value = orReport<TypedValue>(
        problems,
        { type: { kind: "unknown", name: "?" }, storage: missingStorage(damaged) },
        () => valueOfVariable(die, context, frame, process),
      );
      const line = orReport(problems, undefined, () => lineOf(die));
      found.push({
        name,
        value,
        isArgument: die.tag === Tag.formalParameter,
        isShadowed: seen.has(name),
        ...(line !== undefined && { line }),
      });
      names.push(name);
    }
    for (const name of names) seen.add(name);
  }
  return [...found.filter(({ isArgument }) => isArgument), ...found.filter(({ isArgument }) => !isArgument)];
}

const damaged = { missing: "absent", why: "its debug information is damaged" } as const;

/**
 * The entries of a block's variables. A copy of an inlined function leaves out what the compiler removed: those come
 * from the function it is a copy of.
 */
function entriesOf(scope: Die): Die[] {
  const own: Die[] = [];
  const covered = new Set<number>();
  for (const child of childrenOf(scope)) {
    if (isVariable(child)) own.push(child);
    else if (child.tag !== Tag.lexicalBlock) continue;
    for (const origin of originsOf(child)) covered.add(origin.offset);
  }
  if (scope.tag === Tag.lexicalBlock) return own;
  const [, origin] = originsOf(scope);
  if (origin !== undefined) addRemoved(origin, covered, own, 0);
  return own;
}

/** Variables that no copy is there of, also those of blocks of which nothing is left. */
function addRemoved(scope: Die, covered: ReadonlySet<number>, own: Die[], depth: number): void {
  for (const child of childrenOf(scope)) {
    if (covered.has(child.offset)) continue;
    if (isVariable(child)) own.push(child);
    else if (child.tag === Tag.lexicalBlock && depth < deepestBlock)
      addRemoved(child, covered, own, depth + 1);
  }
}

function isVariable(die: Die): boolean {
  if (die.tag === Tag.formalParameter) return true;
  // Declarations of variables that are elsewhere, and static members.
  return die.tag === Tag.variable && !die.flag(Attr.declaration);
}

function lineOf(die: Die): number | undefined {
  for (const origin of originsOf(die)) {
    const line = origin.number(Attr.declLine);
    if (line !== undefined) return line;
  }
  return undefined;
}

/** A variable outside functions, with its qualified name. */
export function globalVariable(
  die: Die,
  frame: Pick<MachineFrame, "bias" | "threadLocal">,
  process: ProcessView,
): Variable {
  const { problems } = die.unit.file;
  const context = {
    ...globalContext(die, frame.bias, process),
    threadLocal: (offset: bigint) => frame.threadLocal?.(offset),
  };
  const name = orReport(problems, undefined, () => qualifiedNameOf(die)) ?? "?";
  const value = orReport<TypedValue>(
    problems,
    { type: { kind: "unknown", name: "?" }, storage: missingStorage(damaged) },
    () => valueOfVariable(die, context, undefined, process),
  );
  return { name, value, isArgument: false, isShadowed: false };
}
