/** What the pages of a span are for: `mSpanState`, and whether a goroutine's stack is in them. */
export type SpanUse = "small" | "large" | "manual";

/** Pages of the heap that hold objects of one size, one large object, or stacks and buffers of the runtime. */
export interface GoSpan {
  /** Address of its `runtime.mspan`. */
  readonly address: number;
  readonly start: number;
  readonly bytes: number;
  readonly use: SpanUse;
  /** Of an object. */
  readonly elementBytes: number;
  readonly elements: number;
  /** Objects before this one are in use, whatever the bits say. */
  readonly freeIndex: number;
  /** A bit for each object, set where it is in use. */
  readonly bits: bigint;
  /** True for objects without pointers. */
  readonly hasNoPointers: boolean;
  /** `abi.Type` of a large object, since Go 1.22. */
  readonly largeType: bigint;
}
