import type { VmStructs } from "../vmStructs";

/** A piece of the template interpreter. */
export interface Codelet {
  readonly start: number;
  readonly end: number;
  /** `method entry point (kind = zerolocals)`, `invokevirtual`. */
  readonly description: string;
}

const mostCodelets = 10_000;

/** The template interpreter: a queue of pieces of code, one for each bytecode and some more. */
export class InterpreterCode {
  readonly start: number;
  readonly end: number;
  private codelets: readonly Codelet[] | undefined;
  private readonly queueEnd: number;

  constructor(private readonly structs: VmStructs) {
    const queue = structs.staticWord(["AbstractInterpreter", "_code"]);
    const start = structs.word(queue, ["StubQueue", "_stub_buffer"]);
    const limit = structs.int(queue, ["StubQueue", "_buffer_limit"]) ?? 0;
    const last = structs.int(queue, ["StubQueue", "_queue_end"]) ?? 0;
    this.start = start ?? 0;
    this.end = this.start === 0 || limit <= 0 ? this.start : this.start + limit;
    this.queueEnd = Math.min(this.end, this.start + Math.max(0, last));
  }

  has(pc: number): boolean {
    return pc >= this.start && pc < this.end;
  }

  codeletAt(pc: number): Codelet | undefined {
    if (!this.has(pc)) return undefined;
    this.codelets ??= this.readCodelets();
    return this.codelets.find(({ start, end }) => pc >= start && pc < end);
  }

  private readCodelets(): Codelet[] {
    const { structs } = this;
    const found: Codelet[] = [];
    for (let at = this.start; at < this.queueEnd && found.length < mostCodelets; ) {
      const bytes = structs.int(at, ["InterpreterCodelet", "_size"]);
      if (bytes === undefined || bytes <= 0) break;
      const text = structs.word(at, ["InterpreterCodelet", "_description"]);
      const description = text ? structs.words.text(text) : undefined;
      found.push({ start: at, end: at + bytes, description: description ?? "" });
      at += bytes;
    }
    return found;
  }
}
