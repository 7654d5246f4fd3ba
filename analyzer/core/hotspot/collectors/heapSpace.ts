import type { VmFlags } from "../vmFlags";
import type { VmStructs } from "../vmStructs";

/** A part of the Java heap that objects are allocated in, [start, end); objects lie in [start, top). */
export interface HeapSpace {
  readonly name: string;
  readonly start: number;
  readonly top: number;
  readonly end: number;
  /** `single`: one object, which may go on in the spaces that follow. `none`: the rest of such an object. */
  readonly objects?: "single" | "none";
  /** What addresses of its objects are multiples of, where that is not as everywhere in the heap. */
  readonly alignment?: number;
}

/** What a collector's own structures tell. */
export interface CollectorHeap {
  readonly spaces: readonly HeapSpace[];
  /** Committed ranges when they are not simply the spaces. */
  readonly committedBytes?: number;
}

/** Reads the spaces of one collector; undefined when its structures are not as this reader knows them. */
export type ReadCollector = (structs: VmStructs, heap: number, flags: VmFlags) => CollectorHeap | undefined;

/** A space from three words, or undefined when one is missing or they are out of order. */
export function spaceOf(
  name: string,
  start: number | undefined,
  top: number | undefined,
  end: number | undefined,
): HeapSpace | undefined {
  if (start === undefined || top === undefined || end === undefined) return undefined;
  return start <= top && top <= end ? { name, start, top, end } : undefined;
}

export function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
