import type { PythonLayout } from "../../analyzer/core/python/pythonLayouts";
import { typeFlag } from "../../analyzer/core/python/pythonMemory";
import { ProcessMemory } from "./processMemory";

export const pythonData = 0x60_0000;
const objectBytes = 0x8000;
const stackTop = 0x7ffd_0000_0000;

/** A variable of a made-up function. */
export interface MadeVariable {
  readonly name: string;
  readonly value: number;
}

export interface MadeFrame {
  readonly name: string;
  readonly line: number;
  readonly variables: readonly MadeVariable[];
}

/** Memory of a made-up CPython of one release with one thread. Objects are made first, the interpreter last. */
export class MadePython {
  readonly memory = new ProcessMemory().segment(pythonData, 0x4000 + objectBytes).segment(stackTop, 0x1000);
  private next = pythonData + 0x4000;
  private readonly itemsByObject = new Map<number, number>();
  private readonly types = new Map<string, number>();

  constructor(readonly layout: PythonLayout) {}

  type(name: string, flags = 0, basicSize = 16, more: Readonly<Record<number, number>> = {}): number {
    const known = this.types.get(name);
    if (known !== undefined) return known;
    const address = this.allot(904);
    this.types.set(name, address);
    const text = this.allot(name.length + 1);
    this.memory
      .write(text, Buffer.from(name))
      .words(address, 1, name === "type" ? address : this.type("type", typeFlag.type));
    this.memory.words(address + 24, text, basicSize).int(address + 168, (flags | typeFlag.ready) >>> 0);
    for (const [offset, value] of Object.entries(more)) this.memory.words(address + Number(offset), value);
    return address;
  }

  string(text: string): number {
    const isAscii = !/[^\0-\x7f]/.test(text);
    const data = isAscii ? this.layout.string.asciiData : this.layout.string.data;
    const letters = Array.from(text, (letter) => letter.codePointAt(0)!);
    const address = this.object("str", typeFlag.string, data + 4 * letters.length, letters.length);
    const width = isAscii ? 1 : 4;
    this.memory.int(address + 32, (width << 2) | 0x20 | (isAscii ? 0x40 : 0));
    letters.forEach((letter, index) => {
      if (isAscii) this.memory.write(address + data + index, [letter]);
      else this.memory.int(address + data + 4 * index, letter);
    });
    return address;
  }

  bytes(bytes: Uint8Array): number {
    const address = this.object("bytes", typeFlag.bytes, 32 + bytes.length, bytes.length);
    this.memory.write(address + 32, bytes);
    return address;
  }

  /** Below 2^30. */
  integer(value: number): number {
    const sign = this.layout.minor >= 12 ? (1 << 3) | (value < 0 ? 2 : 0) : value < 0 ? -1 : 1;
    const address = this.object("int", typeFlag.integer, 32, sign);
    this.memory.int(address + 24, Math.abs(value));
    return address;
  }

  float(value: number): number {
    const address = this.object("float", 0, 24, 0);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.memory.write(address + 16, bytes);
    return address;
  }

  list(...items: readonly number[]): number {
    const array = this.allot(8 * items.length);
    const address = this.object("list", typeFlag.list, 40, items.length);
    this.memory.words(array, ...items).words(address + 24, array);
    this.itemsByObject.set(address, array);
    return address;
  }

  /** Where the first item of a list, or what an exception was made with, stands. */
  items(address: number): number {
    return this.itemsByObject.get(address)!;
  }

  /** Where the value of an entry of a dictionary stands. */
  valueAt(dictionary: number, index: number): number {
    return this.items(dictionary) + 24 * index + 16;
  }

  tuple(...items: readonly number[]): number {
    const { tupleItems } = this.layout;
    const address = this.object("tuple", typeFlag.tuple, tupleItems + 8 * items.length, items.length);
    this.memory.words(address + tupleItems, ...items);
    return address;
  }

  set(...items: readonly number[]): number {
    const table = this.allot(16 * 8);
    const address = this.object("set", 0, 200, items.length);
    this.memory.words(address + 24, items.length, 7, table);
    for (const [index, item] of items.entries()) this.memory.words(table + 16 * index, item, index);
    return address;
  }

  dictionary(...entries: readonly (readonly [number, number])[]): number {
    const isOld = this.layout.minor < 11;
    const keys = this.allot(40 + 8 + 24 * entries.length);
    const indices = keys + (isOld ? 40 : 32) + 8;
    if (isOld) this.memory.words(keys, 1, 8, 0, 0, entries.length);
    else
      this.memory
        .words(keys, 1)
        .write(keys + 8, [3, 3, 0])
        .words(keys + 16, 0, entries.length);
    for (const [index, [key, value]] of entries.entries())
      this.memory.words(indices + 24 * index, index, key, value);
    const address = this.object("dict", typeFlag.dictionary, 48, entries.length);
    this.memory.words(address + 32, keys, 0);
    this.itemsByObject.set(address, indices);
    return address;
  }

  instance(className: string, dictionary: number): number {
    const address = this.object(className, typeFlag.heapType, 24, 0, { 288: 16 });
    this.memory.words(address + 16, dictionary);
    return address;
  }

  exception(className: string, ...made: readonly number[]): number {
    const address = this.object(className, typeFlag.exception, 72, 0);
    const tuple = this.tuple(...made);
    this.memory.words(address + 16, 0, tuple);
    this.itemsByObject.set(address, tuple + this.layout.tupleItems);
    return address;
  }

  cell(value: number): number {
    return this.object("cell", 0, 24, value);
  }

  /** The interpreter with one thread, whose frames run from the innermost out. @returns a place on its stack */
  finish(frames: readonly MadeFrame[], handled?: number): number {
    const { runtime, interpreter, thread, frame: layout, minor } = this.layout;
    const runtimeAt = pythonData;
    const interpreterAt = pythonData + 0x800;
    const threadAt = pythonData + 0x3000;
    this.memory.words(runtimeAt + runtime.firstInterpreter, interpreterAt, interpreterAt, 1);
    this.memory.words(interpreterAt + interpreter.firstThread, threadAt);
    this.memory.words(interpreterAt + interpreter.modules, this.dictionary());
    this.memory.words(threadAt + 16, interpreterAt).words(threadAt + thread.threadId, 0x7000);
    if (thread.nativeId !== undefined) this.memory.words(threadAt + thread.nativeId, 7);
    const lock = interpreter.gilPointer === undefined ? runtimeAt + (runtime.gil ?? 0) : pythonData + 0x2f00;
    if (interpreter.gilPointer !== undefined) this.memory.words(interpreterAt + interpreter.gilPointer, lock);
    this.memory.words(lock + 8, threadAt).int(lock + 16, 1);
    if (handled !== undefined) {
      const entry = this.allot(32);
      this.memory.words(entry + (minor < 11 ? 8 : 0), handled).words(threadAt + thread.handled, entry);
    }
    const made = frames.map((each) => this.frame(each));
    // Since 3.12 a frame on the C stack ends a run.
    const shim = stackTop + 0x800;
    if (layout.entry === "shim") this.memory.write(shim + layout.owner!, [3]);
    made.forEach((address, index) => {
      const outer = made[index + 1] ?? (layout.entry === "shim" ? shim : 0);
      this.memory.words(address + layout.previous, outer);
      if (layout.entryFlag !== undefined)
        this.memory.write(address + layout.entryFlag, [outer === 0 ? 1 : 0]);
    });
    const first = made[0] ?? 0;
    const control = stackTop + 0x900;
    if (minor === 10) this.memory.words(threadAt + 48, control).words(control, 0, control + 64);
    if (minor === 11) this.memory.words(control + 8, first);
    if (minor === 12) this.memory.words(control, first);
    this.memory.words(threadAt + thread.frame, minor === 11 || minor === 12 ? control : first);
    return stackTop + 0x100;
  }

  private frame({ name, line, variables }: MadeFrame): number {
    const { code: layout, frame: frameLayout, minor } = this.layout;
    const code = this.object("code", 0, 300, 0);
    const names = this.tuple(...variables.map((variable) => this.string(variable.name)));
    const text = this.string(name);
    // One entry: all instructions are on the line after the first one.
    const table = minor >= 11 ? [0xef, 2] : minor === 10 ? [100, 1] : [0, 1];
    this.memory.words(code + layout.fileName, this.string("/srv/shop.py"), text);
    if (layout.qualifiedName !== undefined) this.memory.words(code + layout.qualifiedName, text);
    this.memory.words(code + layout.lineTable, this.bytes(Uint8Array.from(table)));
    this.memory
      .int(code + layout.firstLine, line - 1)
      .int(code + layout.arguments, 1)
      .int(code + layout.flags, 1);
    const { locals } = layout;
    if ("names" in locals) {
      this.memory.words(code + locals.names, names, this.bytes(new Uint8Array(variables.length).fill(0x20)));
    } else {
      this.memory
        .words(code + locals.variables, names, this.tuple(), this.tuple())
        .int(code + 28, variables.length);
    }
    const address = this.allot(frameLayout.variables + 8 * variables.length);
    this.memory.words(address + frameLayout.code, code);
    if (layout.instructions === undefined) this.memory.int(address + frameLayout.instruction, 0);
    else this.memory.words(address + frameLayout.instruction, code + layout.instructions);
    this.memory.words(address + frameLayout.variables, ...variables.map(({ value }) => value));
    return address;
  }

  /** An object with its type and the word after it. */
  private object(
    type: string,
    flags: number,
    bytes: number,
    size: number,
    more: Readonly<Record<number, number>> = {},
  ): number {
    const typeAddress = this.type(type, flags, bytes, more);
    const address = this.allot(bytes);
    this.memory.words(address, 1, typeAddress, size);
    return address;
  }

  private allot(bytes: number): number {
    const address = this.next;
    this.next += Math.ceil(bytes / 16) * 16 + 16;
    return address;
  }
}
