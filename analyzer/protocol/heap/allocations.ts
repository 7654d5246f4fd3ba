import { dump } from "../dump/open";
import { request } from "../request";
import { page } from "../shapes";
import type { Bytes, Page } from "../wire";
import type { StackFrameRow } from "./debugging";

/** What one stack trace allocated, as far as it is still in the dump. */
export interface AllocationSiteRow {
  /** Top frame first. */
  readonly frames: readonly StackFrameRow[];
  readonly objects: number;
  readonly shallowBytes: Bytes;
  /** Classes it allocated, biggest first. */
  readonly classes: readonly {
    readonly className: string;
    readonly objects: number;
    readonly shallowBytes: Bytes;
  }[];
  /** Everything it ever allocated, when the profiler counted that. */
  readonly allocatedBytes?: Bytes;
  readonly allocatedObjects?: number;
}

/** A frame of the merged stacks, outermost first: a box of a flame graph. */
export interface AllocationNodeRow {
  readonly frame: StackFrameRow;
  readonly objects: number;
  readonly shallowBytes: Bytes;
  readonly children: readonly AllocationNodeRow[];
}

/** Where objects were allocated, in dumps whose JVM ran with an allocation profiler (`-agentlib:hprof`). */
export const allocationRequests = {
  /** `recorded` is false for most dumps: HotSpot itself records no sites. */
  "heap/allocationSites": request({ dump, ...page }).gives<
    Page<AllocationSiteRow> & { readonly recorded: boolean }
  >(),
  "heap/allocationTree": request({ dump }).gives<{ readonly roots: readonly AllocationNodeRow[] }>(),
};
