import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { type Architecture, architectures } from "../../analyzer/core/architecture";
import { MemoryImage } from "../../analyzer/core/memoryImage";
import { type MemorySegment, protection } from "../../analyzer/core/memorySegment";
import type { ProcessModule } from "../../analyzer/core/modules/processModule";
import type { ProcessSnapshot } from "../../analyzer/core/processSnapshot";

const pageBytes = 4096;

/** Writable memory of a made-up process, written word by word; its bytes follow each other as a dump has them. */
export class ProcessMemory {
  private readonly segments: {
    readonly start: number;
    readonly bytes: Uint8Array;
    readonly at: number;
    readonly memoryBytes: number;
  }[] = [];
  private byteLength = 0;

  constructor(private readonly littleEndian = true) {}

  /**
   * Adds zeros from an address on; in ascending order.
   * @param memoryBytes of the segment, when the dump leaves the rest out
   */
  segment(start: number, byteLength: number, memoryBytes = 0): this {
    const bytes = new Uint8Array(Math.ceil(byteLength / pageBytes) * pageBytes);
    this.segments.push({
      start,
      bytes,
      at: this.byteLength,
      memoryBytes: Math.max(memoryBytes, bytes.length),
    });
    this.byteLength += bytes.length;
    return this;
  }

  words(address: number, ...values: readonly (number | bigint)[]): this {
    values.forEach((value, index) => {
      this.viewAt(address + 8 * index).setBigUint64(0, BigInt(value), this.littleEndian);
    });
    return this;
  }

  int(address: number, value: number): this {
    this.viewAt(address).setUint32(0, value, this.littleEndian);
    return this;
  }

  write(address: number, bytes: Iterable<number>): this {
    let at = address;
    for (const byte of bytes) this.viewAt(at++).setUint8(0, byte);
    return this;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.segments.flatMap(({ bytes }) => [...bytes]));
  }

  /** A process with this memory; `bytes` may be a damaged copy, and shorter: then the end is not in the dump. */
  process(
    bytes: Uint8Array,
    modules: readonly ProcessModule[],
    stackPointer: number,
    architecture: Architecture = architectures.x86_64,
  ): ProcessSnapshot {
    const registers = architecture.registerNames.map(() => 0n);
    registers[architecture.stackPointer] = BigInt(stackPointer);
    const segments = this.segments.map(
      ({ start, bytes: whole, at, memoryBytes }): MemorySegment => ({
        start: BigInt(start),
        end: BigInt(start + memoryBytes),
        fileOffset: at,
        fileBytes: whole.length,
        dumpedBytes: Math.max(0, Math.min(whole.length, bytes.length - at)),
        protection: protection.read + protection.write,
      }),
    );
    return {
      format: "made up",
      architecture,
      producer: "kernel",
      threads: [{ index: 0, lwp: 7, crashed: false, signal: 0, registers, registerWords: registers }],
      auxiliaryVector: new Map(),
      mappings: [],
      modules,
      memory: new MemoryImage(new BytesSource("dump", bytes), segments, [], architecture),
      executablePath: "/opt/made-up",
      problems: new ProblemList(),
    };
  }

  private viewAt(address: number): DataView {
    const segment = this.segments.find(
      ({ start, bytes }) => address >= start && address < start + bytes.length,
    );
    if (segment === undefined) throw new RangeError(`no segment holds 0x${address.toString(16)}`);
    return new DataView(segment.bytes.buffer, address - segment.start);
  }
}

/** A module at [start, end) of which only the place is known, unless `headers` say more. */
export function moduleAt(
  index: number,
  path: string,
  [start, end]: readonly [number, number],
  headers?: ProcessModule["headers"],
): ProcessModule {
  const range = { start: BigInt(start), end: BigInt(end) };
  return {
    index,
    path,
    kind: index === 0 ? "executable" : "library",
    ...range,
    ranges: [range],
    bias: range.start,
    ...(headers === undefined ? {} : { headers }),
  };
}
