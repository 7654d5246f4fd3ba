import { type PackedForm, PackedNumbers, packedFormOf } from "../packedNumbers";
import type { VmStructs } from "../vmStructs";
import type { CodeBlob } from "./codeBlobs";

/** Where in a method compiled code is: one of those inlined into another, innermost first. */
export interface CompiledScope {
  /** Of the `Method`. */
  readonly method: number;
  /** -1 before the first bytecode. */
  readonly bytecodeIndex: number;
  /** Where the values of locals, of the expression stack and of monitors are told in the stream; 0 for none. */
  readonly values: { readonly locals: number; readonly expressions: number; readonly monitors: number };
}

/** The description of one place of compiled code. */
export interface CompiledPlace {
  readonly scopes: readonly CompiledScope[];
  /** False when the place itself is not described, but a later one: lines are near, not exact. */
  readonly isExact: boolean;
}

/** Where the tables of a compiled method are. */
export interface CompiledTables {
  readonly descriptions: { readonly start: number; readonly end: number };
  readonly scopes: { readonly start: number; readonly end: number };
  readonly metadata: { readonly start: number; readonly end: number };
  readonly method: number;
  /** Code that a frame returns to when its method is to go on interpreted. */
  readonly deoptimization: readonly number[];
  /** From a frame's stack pointer to where its return address was kept then. */
  readonly originalPcAt: number | undefined;
  readonly level: number;
}

/** Methods inlined into one another; HotSpot goes 15 deep by default, more when it is told to. */
const mostScopes = 1000;
/** A table of more descriptions is damage. */
const mostDescriptions = 4_000_000;

/** What compiled code says about itself: `PcDesc`s and the stream of scopes they lead into. */
export class CompiledScopes {
  readonly form: PackedForm;
  private readonly known = new Map<number, CompiledTables | undefined>();
  private readonly descriptionBytes: number;

  constructor(private readonly structs: VmStructs) {
    this.form = packedFormOf(structs);
    this.descriptionBytes = structs.sizeOfType("PcDesc") ?? 16;
  }

  tablesOf(blob: CodeBlob): CompiledTables | undefined {
    if (!this.known.has(blob.address)) {
      if (this.known.size > 100_000) this.known.clear();
      this.known.set(blob.address, this.readTables(blob));
    }
    return this.known.get(blob.address);
  }

  /** @param isReturn the address is one that a call returns to: then its own description is there */
  placeAt(blob: CodeBlob, pc: number, isReturn: boolean): CompiledPlace | undefined {
    const tables = this.tablesOf(blob);
    if (tables === undefined) return undefined;
    const alone = (isExact: boolean): CompiledPlace => ({
      scopes: [
        { method: tables.method, bytecodeIndex: -1, values: { locals: 0, expressions: 0, monitors: 0 } },
      ],
      isExact,
    });
    if (blob.kind === "nativeWrapper") return alone(true);
    const found = this.descriptionAt(tables, pc - blob.code.start);
    if (found === undefined) return alone(false);
    const scopes = this.scopesFrom(tables, found.scope);
    if (scopes.length === 0) return alone(false);
    return { scopes, isExact: found.isExact && isReturn };
  }

  /** True when a call returns to this address with the state of its method described. */
  describes(blob: CodeBlob, pc: number): boolean {
    const tables = this.tablesOf(blob);
    return tables !== undefined && this.descriptionAt(tables, pc - blob.code.start)?.isExact === true;
  }

  /** The first description at or behind an offset: they are in order. */
  private descriptionAt(
    { descriptions }: CompiledTables,
    offset: number,
  ): { readonly scope: number; readonly isExact: boolean } | undefined {
    const { words } = this.structs;
    const count = Math.floor((descriptions.end - descriptions.start) / this.descriptionBytes);
    if (count > mostDescriptions) return undefined;
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const at = words.i32(descriptions.start + middle * this.descriptionBytes);
      if (at === undefined) return undefined;
      if (at < offset) low = middle + 1;
      else high = middle;
    }
    if (low >= count) return undefined;
    const at = descriptions.start + low * this.descriptionBytes;
    const scope = words.i32(at + 4);
    return scope === undefined || scope <= 0 ? undefined : { scope, isExact: words.i32(at) === offset };
  }

  private scopesFrom({ scopes, metadata }: CompiledTables, first: number): CompiledScope[] {
    const { words } = this.structs;
    const found: CompiledScope[] = [];
    const bytes = scopes.end - scopes.start;
    const byteAt = (at: number) => words.u8(scopes.start + at);
    const seen = new Set<number>();
    for (let at = first; at > 0 && at < bytes && found.length < mostScopes && !seen.has(at); ) {
      seen.add(at);
      const numbers = new PackedNumbers(byteAt, bytes, this.form, at);
      const sender = numbers.next();
      const index = numbers.next();
      const bytecodeIndex = numbers.next() - 1;
      const values = { locals: numbers.next(), expressions: numbers.next(), monitors: numbers.next() };
      const slot = metadata.start + 8 * (index - 1);
      if (index <= 0 || slot + 8 > metadata.end) return [];
      const method = this.structs.wordAt(slot);
      if (!method) return [];
      found.push({ method, bytecodeIndex, values });
      at = sender;
    }
    return found;
  }

  /** All of it lay behind the code to JDK 22; later ones keep what changes and what does not in blocks of their own. */
  private readTables(blob: CodeBlob): CompiledTables | undefined {
    const { structs } = this;
    const { address } = blob;
    const int = (...names: readonly string[]) => {
      for (const field of names) {
        const value = structs.int(address, ["nmethod", field]);
        if (value !== undefined) return value;
      }
      return undefined;
    };
    const method = structs.word(address, ["CompiledMethod", "_method"], ["nmethod", "_method"]);
    if (!method) return undefined;
    const level = structs.offset(["nmethod", "_comp_level"]);
    const common = {
      method,
      level: level === undefined ? 0 : structs.words.u8(address + level),
      originalPcAt: int("_orig_pc_offset"),
      deoptimization: this.handlersOf(blob),
    };
    const immutable = structs.word(address, ["nmethod", "_immutable_data"]);
    const pcs = int("_scopes_pcs_offset");
    if (pcs === undefined) return undefined;
    if (immutable !== undefined) {
      const bytes = int("_immutable_data_size") ?? 0;
      const data = int("_scopes_data_offset");
      const mutable = structs.word(address, ["CodeBlob", "_mutable_data"]);
      const relocations = structs.int(address, ["CodeBlob", "_relocation_size"]);
      const mutableBytes = structs.int(address, ["CodeBlob", "_mutable_data_size"]);
      if (immutable === 0 || data === undefined || !mutable || relocations === undefined) return undefined;
      return {
        ...common,
        descriptions: { start: immutable + pcs, end: immutable + data },
        scopes: { start: immutable + data, end: immutable + bytes },
        metadata: { start: mutable + relocations, end: mutable + (mutableBytes ?? 0) },
      };
    }
    const data =
      structs.word(address, ["CompiledMethod", "_scopes_data_begin"]) ??
      address + (int("_scopes_data_offset") ?? 0);
    const metadata = int("_metadata_offset");
    const end = int("_dependencies_offset");
    if (metadata === undefined || end === undefined || data <= address) return undefined;
    return {
      ...common,
      descriptions: { start: address + pcs, end: address + end },
      scopes: { start: data, end: address + pcs },
      metadata: { start: address + metadata, end: data },
    };
  }

  private handlersOf({ address }: CodeBlob): number[] {
    const { structs } = this;
    const handlers: number[] = [];
    for (const field of ["_deopt_handler_begin", "_deopt_mh_handler_begin"]) {
      const at = structs.word(address, ["CompiledMethod", field]);
      if (at) handlers.push(at);
    }
    // JDK 8 has the last two.
    for (const field of [
      "_deopt_handler_offset",
      "_deopt_mh_handler_offset",
      "_deoptimize_offset",
      "_deoptimize_mh_offset",
    ]) {
      const offset = structs.int(address, ["nmethod", field]);
      if (offset !== undefined && offset > 0) handlers.push(address + offset);
    }
    return handlers;
  }
}
