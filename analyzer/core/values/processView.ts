import type { Die } from "../../formats/dwarf/dies";
import type { DebugType, RecordType } from "../../formats/dwarf/types";
import type { FloatRegisters } from "../architectures/shape";
import type { TypedValue } from "./typedValue";

/** What values are read from: the dead process, whoever opened it. */
export interface ProcessView {
  readonly pointerBytes: 4 | 8;
  readonly littleEndian: boolean;
  /** See `Architecture`. */
  readonly floats?: FloatRegisters | undefined;
  /** All the bytes, or undefined when any of them is not in the dump. */
  readMemory(address: bigint, length: number): Uint8Array | undefined;
  /** Names what is at an address, e.g. `main+4` of code or `table` of data. */
  describeAddress(address: bigint): string | undefined;
  /** The definition of a type that is only declared where it was found. */
  completeType(type: DebugType): DebugType;
  /** What shows records of a library as its users think of them; undefined for all others. */
  printerOf(type: RecordType): Printer | undefined;
  /** The same for pointers to what users do not think of as a record behind a pointer. */
  pointerPrinterOf?(target: DebugType): Printer | undefined;
  /** The type that a language's runtime describes at an address. */
  runtimeType?(address: bigint): DebugType | undefined;
  /** What the runtime calls that type, also where debug information lacks it. */
  nameOfRuntimeType?(address: bigint): string | undefined;
  /** A record or enumeration by its whole name, from the debug information an entry is in. */
  typeNamed?(name: string, near: Die): DebugType | undefined;
  /** The compiled function that an address is in. */
  functionAt?(address: bigint): Die | undefined;
}

/** A named part of a value. */
export interface ValuePart {
  readonly name: string;
  /** In a map the key says more than a number: {@link partName} writes it. */
  readonly key?: TypedValue;
  readonly value: TypedValue;
  /**
   * How an expression gets from the value to its part: `.price`, `[3]`, or `*` in front. Undefined for parts only
   * a printer finds.
   */
  readonly access?: string;
}

/** The parts of a value, read in pages: arrays can have millions. */
export interface Children {
  readonly count: number;
  /** Elements of a sequence, which clients number and page. */
  readonly isIndexed: boolean;
  page(start: number, count: number): ValuePart[];
}

/** What a printer makes of a record of a library: a line, or the parts the line is made from. */
export interface Printed {
  /** Undefined: made from the children. A function where it shows another value, which may lead back to this one. */
  readonly text?: string | ((depth: number) => string);
  readonly prefix?: string;
  readonly children?: Children | undefined;
}

/** Gives up with undefined when the record is not laid out the way it knows. */
export type Printer = (value: TypedValue, process: ProcessView, level: number) => Printed | undefined;
