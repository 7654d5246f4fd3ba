import { placeInCode, type SourcePlace } from "./lineTables";
import type { PythonMemory } from "./pythonMemory";
import { letterTextAt } from "./pythonText";

/** What a variable of a function is; since 3.11 written beside its name. */
interface CodeVariable {
  readonly name: string;
  readonly isArgument: boolean;
  /** Shared with other functions: its value is in a cell. */
  readonly isShared: boolean;
}

/** A compiled function. */
export interface PythonCode {
  readonly address: number;
  readonly file: string | undefined;
  readonly name: string | undefined;
  /** In the order in which frames keep their values. */
  readonly variables: readonly CodeVariable[];
  /** False for modules and classes, whose variables are in a dictionary. */
  readonly keepsVariablesOnFrame: boolean;
  /** @param instruction as frames keep it: a number before 3.11, then an address */
  placeOf(instruction: number): SourcePlace | undefined;
  /** True for a frame that is still being made. */
  isBefore(instruction: number): boolean;
}

/** `co_nlocals` before 3.11 */
const ownVariables = 28;
const mostVariables = 10_000;
const mostCodes = 50_000;
/** Of `co_localspluskinds`: a cell of the function's own or of an outer one. */
const sharedKinds = 0xc0;
const flag = { optimized: 1, variableArguments: 4, variableKeywords: 8 } as const;

/** Code objects of a process, each read once. */
export class PythonCodes {
  private readonly known = new Map<number, PythonCode | undefined>();

  constructor(private readonly python: PythonMemory) {}

  at(address: number): PythonCode | undefined {
    if (!this.known.has(address)) {
      if (this.known.size > mostCodes) this.known.clear();
      this.known.set(address, readCode(this.python, address));
    }
    return this.known.get(address);
  }
}

function readCode(python: PythonMemory, address: number): PythonCode | undefined {
  const type = python.typeOf(address)?.name;
  if (type !== "code" && type !== "") return undefined;
  const { code: layout, minor } = python.layout;
  const text = (offset: number) => letterTextAt(python, python.pointer(address + offset));
  const flags = python.i32(address + layout.flags) ?? 0;
  const firstLine = python.i32(address + layout.firstLine) ?? 0;
  const start = layout.instructions === undefined ? 0 : address + layout.instructions;
  const traceable = python.i32(address + (layout.firstTraceable ?? 0)) ?? 0;
  let table: Uint8Array | undefined;
  return {
    address,
    file: text(layout.fileName),
    name: (layout.qualifiedName === undefined ? undefined : text(layout.qualifiedName)) ?? text(layout.name),
    variables: readVariables(python, address, flags),
    keepsVariablesOnFrame: (flags & flag.optimized) !== 0,
    placeOf(instruction) {
      if (table === undefined) {
        table = bytesAt(python, address + layout.lineTable) ?? new Uint8Array(0);
      }
      if (table.length === 0 && firstLine <= 0) return undefined;
      // 3.10 counts instructions, which are two bytes each.
      const offset = minor === 10 ? 2 * instruction : instruction - start;
      return placeInCode(minor, table, firstLine, offset);
    },
    isBefore: (instruction) => layout.firstTraceable !== undefined && instruction < start + 2 * traceable,
  };
}

function readVariables(python: PythonMemory, address: number, flags: number): CodeVariable[] {
  const { code: layout } = python.layout;
  const argumentCount =
    (python.i32(address + layout.arguments) ?? 0) +
    (python.i32(address + layout.keywordArguments) ?? 0) +
    Number((flags & flag.variableArguments) !== 0) +
    Number((flags & flag.variableKeywords) !== 0);
  const { locals } = layout;
  const tuples = "names" in locals ? [locals.names] : [locals.variables, locals.cells, locals.free];
  const names = tuples.flatMap((offset) =>
    python.tupleItems(python.pointer(address + offset), mostVariables),
  );
  const texts = names.map((name) => letterTextAt(python, name) ?? "?");
  // An argument that inner functions use is kept a second time, as a cell, before 3.11.
  const argumentNames = new Set(texts.slice(0, argumentCount));
  const kinds = "kinds" in locals ? bytesAt(python, address + locals.kinds) : undefined;
  const ownCount = kinds === undefined ? (python.i32(address + ownVariables) ?? 0) : 0;
  return texts.map((name, index) => ({
    name,
    isArgument: argumentNames.has(name),
    isShared: kinds === undefined ? index >= ownCount : ((kinds[index] ?? 0) & sharedKinds) !== 0,
  }));
}

function bytesAt(python: PythonMemory, pointer: number): Uint8Array | undefined {
  const address = python.pointer(pointer);
  return address === undefined ? undefined : python.bytesOf(address);
}
