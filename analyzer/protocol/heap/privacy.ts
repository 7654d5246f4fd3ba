import { dump } from "../dump/open";
import { request } from "../request";
import type { Bytes } from "../wire";
import type { ObjectId } from "./objects";

/** What a heap is apart from its contents and names, see `heap/java/privacy/heapShape`. */
export interface HeapShapeFacts {
  readonly objects: number;
  readonly shallowBytes: Bytes;
  readonly classes: number;
  readonly threads: number;
  readonly frames: number;
  readonly roots: readonly { readonly kind: string; readonly count: number }[];
  readonly reachable?: { readonly objects: number; readonly bytes: Bytes };
  readonly digests: {
    readonly objects: string;
    readonly dominators?: string;
    readonly classes: string;
    readonly roots: string;
    readonly threads: string;
  };
  readonly biggest: readonly HoldingFacts[];
  readonly piles: readonly HoldingFacts[];
}

interface HoldingFacts {
  readonly object: ObjectId;
  readonly retainedBytes: Bytes;
}

export const privacyRequests = {
  "heap/shape": request({ dump }).gives<HeapShapeFacts>(),
};
