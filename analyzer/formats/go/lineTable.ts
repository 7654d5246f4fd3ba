import { linkedNameAt } from "./names";
import { pcValueAt } from "./pcValues";

/** `internal/abi.PCLnTabMagic` of Go 1.20 and later. */
const magic = 0xfffffff1;
const headerBytes = 72;
/** `runtime._func` before its two lists of offsets. */
const recordBytes = 44;
const inlinedCallBytes = 16;
/** `internal/abi`: which of a function's tables is which. */
const inlinedAtPc = 2;
const inlinedCalls = 3;
/** `FuncFlagTopFrame`: nobody called it. */
const topFrame = 1;
const mostInlined = 256;
/** Bytes of the shortest instruction of the machines Go knows. */
const quanta = new Set([1, 2, 4]);

/** One function of the table. Addresses are relative to the module, as its symbols are. */
export interface GoFunction {
  readonly entry: number;
  readonly end: number;
  readonly name: string;
  /** Where its record begins, in bytes from the table's start. */
  readonly record: number;
  readonly isOutermost: boolean;
}

export interface GoPlace {
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
  readonly inlined: boolean;
}

export interface LineTableInputs {
  /** From its header on. */
  readonly table: Uint8Array;
  /** Address of the first function, by which entries count. */
  readonly textStart: number;
  /** `go:func.*`, which the trees of inlined calls are in. */
  readonly functionData: (offset: number, length: number) => Uint8Array | undefined;
}

/** True where a line table of Go 1.20 or later for 64-bit machines begins. */
export function isLineTable(head: Uint8Array): boolean {
  if (head.byteLength < 8) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  if (view.getUint32(0, true) !== magic || view.getUint16(4, true) !== 0) return false;
  return quanta.has(head[6]!) && head[7] === 8;
}

/**
 * `pclntab`, which every Go program has, stripped ones too: functions, files, lines, inlined calls and how far the
 * stack pointer has moved at each instruction.
 */
export class GoLineTable {
  private readonly view: DataView;
  private readonly quantum: number;
  private readonly count: number;
  private readonly names: number;
  private readonly units: number;
  private readonly files: number;
  private readonly values: number;
  private readonly functions: number;

  /** @returns undefined when the bytes are none */
  static of(inputs: LineTableInputs): GoLineTable | undefined {
    return inputs.table.byteLength >= headerBytes && isLineTable(inputs.table)
      ? new GoLineTable(inputs)
      : undefined;
  }

  private constructor(private readonly inputs: LineTableInputs) {
    const { table } = inputs;
    this.view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    const word = (index: number) => Number(this.view.getBigUint64(8 + 8 * index, true));
    this.quantum = table[6]!;
    this.names = word(3);
    this.units = word(4);
    this.files = word(5);
    this.values = word(6);
    this.functions = word(7);
    const room = Math.max(0, Math.floor((table.byteLength - this.functions) / 8) - 1);
    this.count = Math.min(word(0), room);
  }

  functionAt(address: number): GoFunction | undefined {
    const offset = address - this.inputs.textStart;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.u32(this.functions + 8 * middle) <= offset) low = middle + 1;
      else high = middle;
    }
    // Of the last function only its end is in the table.
    if (low === 0 || offset >= this.u32(this.functions + 8 * low)) return undefined;
    const at = this.functions + 8 * (low - 1);
    const record = this.functions + this.u32(at + 4);
    return {
      entry: this.inputs.textStart + this.u32(at),
      end: this.inputs.textStart + this.u32(at + 8),
      name: this.nameAt(this.i32(record + 4)),
      record,
      isOutermost: (this.u8(record + 41) & topFrame) !== 0,
    };
  }

  /** The entry of the first function of a name; looks at all of them. */
  entryOf(name: string): number | undefined {
    for (let index = 0; index < this.count; index++) {
      const at = this.functions + 8 * index;
      const nameAt = this.i32(this.functions + this.u32(at + 4) + 4);
      if (this.startsWith(nameAt, name)) return this.inputs.textStart + this.u32(at);
    }
    return undefined;
  }

  /** Bytes between the stack pointer and the return address, or what stands for it. */
  frameBytesAt({ record, entry }: GoFunction, address: number): number | undefined {
    return this.valueOf(this.u32(record + 16), entry, address);
  }

  /** What is at an address, innermost inlined function first. */
  placesAt(address: number): GoPlace[] {
    const found = this.functionAt(address);
    if (found === undefined) return [];
    const places: GoPlace[] = [];
    let at = address;
    for (let depth = 0; depth < mostInlined; depth++) {
      const call = this.inlinedCallAt(found, at);
      if (call === undefined) break;
      places.push({ function: call.name, ...this.lineOf(found, at), inlined: true });
      at = found.entry + call.calledFrom;
    }
    places.push({ function: found.name, ...this.lineOf(found, at), inlined: false });
    return places;
  }

  private inlinedCallAt(
    { record, entry }: GoFunction,
    address: number,
  ): { readonly name: string; readonly calledFrom: number } | undefined {
    const tables = this.u32(record + 28);
    const lists = this.u8(record + 43);
    if (tables <= inlinedAtPc || lists <= inlinedCalls) return undefined;
    const values = this.u32(record + recordBytes + 4 * inlinedAtPc);
    const index = values === 0 ? undefined : this.valueOf(values, entry, address);
    const tree = this.u32(record + recordBytes + 4 * (tables + inlinedCalls));
    if (index === undefined || index < 0 || tree === 0xffff_ffff) return undefined;
    const bytes = this.inputs.functionData(tree + index * inlinedCallBytes, inlinedCallBytes);
    if (bytes === undefined || bytes.byteLength < inlinedCallBytes) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return { name: this.nameAt(view.getInt32(4, true)), calledFrom: view.getInt32(8, true) };
  }

  private lineOf(
    { record, entry }: GoFunction,
    address: number,
  ): { readonly file?: string; readonly line?: number } {
    const line = this.valueOf(this.u32(record + 24), entry, address);
    const file = this.valueOf(this.u32(record + 20), entry, address);
    if (file === undefined || file < 0) return {};
    const offset = this.u32(this.units + 4 * (this.u32(record + 32) + file));
    if (offset === 0xffff_ffff) return {};
    const path = linkedNameAt(this.inputs.table, this.files + offset);
    return path === "" ? {} : { file: path, ...(line !== undefined && line > 0 && { line }) };
  }

  private valueOf(table: number, entry: number, address: number): number | undefined {
    if (table === 0) return undefined;
    return pcValueAt(this.inputs.table, this.values + table, entry, address, this.quantum);
  }

  private nameAt(offset: number): string {
    return linkedNameAt(this.inputs.table, this.names + offset);
  }

  private startsWith(offset: number, name: string): boolean {
    const start = this.names + offset;
    for (let index = 0; index < name.length; index++)
      if (this.u8(start + index) !== name.charCodeAt(index)) return false;
    return this.u8(start + name.length) === 0;
  }

  private u8(at: number): number {
    return this.inputs.table[at] ?? 0;
  }

  /** Zero beyond the table's end, where a damaged offset may lead. */
  private u32(at: number): number {
    return at >= 0 && at + 4 <= this.view.byteLength ? this.view.getUint32(at, true) : 0;
  }

  private i32(at: number): number {
    return this.u32(at) | 0;
  }
}
