import { countAtMost } from "../../base/halving";
import type { MemoryImage } from "../memoryImage";
import type { GoSpan } from "./goSpan";

/** `class_to_size` of Go's allocator; the same since Go 1.16. */
const sizeClasses = [
  0, 8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352, 384, 416,
  448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200,
  3456, 4096, 4864, 5120, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728, 10_240, 10_880, 12_288, 13_568,
  14_336, 16_384, 18_432, 19_072, 20_480, 21_760, 24_576, 27_264, 28_672, 32_768,
];
const pageBytes = 8192;
const wordBytes = 8;
/** Larger objects with pointers begin with the address of their type, since Go 1.22. */
export const largestWithoutHeader = 512;
const headerBytes = 8;
/** Since Go 1.26 marks of the collector follow the bits of pointers, in spans of at least such objects. */
const inlineMarks = { bytes: 128, smallestObject: 16 } as const;

/** What the runtime knows of the objects of a span without looking at them. */
export interface ObjectSpan {
  readonly start: number;
  readonly end: number;
  /** Of an object, with its header. */
  readonly elementBytes: number;
  readonly hasNoPointers: boolean;
  readonly headerBytes: number;
  /** More than so many bytes were asked for, else the objects would be smaller. */
  readonly moreThan: number;
  readonly largeType: bigint;
}

/** Spans with objects, by address. */
export class ObjectSpans {
  private readonly spans: ObjectSpan[];
  private readonly starts: Float64Array;
  private readonly bits = new Map<number, Uint8Array>();

  constructor(
    spans: readonly GoSpan[],
    private readonly minor: number,
    private readonly memory: MemoryImage,
  ) {
    this.spans = spans
      .filter(({ use }) => use !== "manual")
      .map((span) => objectSpanOf(span, minor))
      .sort((a, b) => a.start - b.start);
    this.starts = Float64Array.from(this.spans, ({ start }) => start);
  }

  at(address: number): ObjectSpan | undefined {
    const span = this.spans[countAtMost(this.starts, address) - 1];
    return span !== undefined && address < span.end ? span : undefined;
  }

  /**
   * Which words of a small span hold pointers, a bit each.
   * @returns undefined where the runtime does not keep that in the span
   */
  pointerBitsOf(span: ObjectSpan): Uint8Array | undefined {
    if (this.minor < 22 || span.hasNoPointers || span.elementBytes > largestWithoutHeader) return undefined;
    let bits = this.bits.get(span.start);
    if (bits === undefined) {
      const bytes = (span.end - span.start) / wordBytes / 8;
      const hasMarks = this.minor >= 26 && span.elementBytes >= inlineMarks.smallestObject;
      const at = span.end - bytes - (hasMarks ? inlineMarks.bytes : 0);
      bits = this.memory.bytes(BigInt(at), bytes);
      this.bits.set(span.start, bits);
    }
    return bits;
  }
}

function objectSpanOf(span: GoSpan, minor: number): ObjectSpan {
  const { start, bytes, elementBytes, hasNoPointers, largeType, use } = span;
  const hasHeader = minor >= 22 && use === "small" && !hasNoPointers && elementBytes > largestWithoutHeader;
  const header = hasHeader ? headerBytes : 0;
  const moreThan =
    use === "large"
      ? elementBytes - pageBytes
      : (sizeClasses[countAtMost(sizeClasses, elementBytes - 1) - 1] ?? 0);
  return {
    start,
    end: start + bytes,
    elementBytes,
    hasNoPointers,
    headerBytes: header,
    moreThan: Math.max(0, moreThan - header),
    largeType,
  };
}
