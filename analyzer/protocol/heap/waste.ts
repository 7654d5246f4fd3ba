import { dump } from "../dump/open";
import { request } from "../request";
import type { Bytes } from "../wire";
import type { ObjectId, ObjectRow } from "./objects";

export interface DuplicateRow {
  /** Of one of the copies. */
  readonly objectId: ObjectId;
  readonly className: string;
  readonly text: string;
  readonly count: number;
  readonly bytesEach: Bytes;
  readonly wastedBytes: Bytes;
}

export interface WasteHolderRow {
  /** `Class#field`. */
  readonly holder: string;
  readonly share: number;
}

export interface DuplicatesResult {
  readonly groups: readonly DuplicateRow[];
  readonly objects: number;
  readonly wastedBytes: Bytes;
  readonly looked: number;
  readonly total: number;
  /** True when the dump's contents were overwritten, so that nothing can be compared. */
  readonly scrubbed: boolean;
  readonly holders: readonly WasteHolderRow[];
}

export interface WasteResult {
  readonly strings: DuplicatesResult;
  readonly arrays: DuplicatesResult;
  readonly kinds: readonly {
    readonly name: string;
    readonly objects: number;
    readonly bytes: Bytes;
    readonly holders: readonly WasteHolderRow[];
  }[];
}

export interface CollectionClassRow {
  readonly className: string;
  readonly collections: number;
  readonly empty: number;
  readonly elements: number;
  readonly capacity: number;
  /** Below a quarter, below a half, above. */
  readonly byFill: readonly [number, number, number];
  readonly wastedBytes: Bytes;
  /** What the empty ones retain. */
  readonly emptyBytes?: Bytes;
  readonly largestId?: ObjectId;
}

export interface CollectionsResult {
  readonly classes: readonly CollectionClassRow[];
  readonly largest: readonly (ObjectRow & { readonly size: number; readonly capacity?: number })[];
  readonly looked: number;
  readonly total: number;
}

export interface ReferenceKindRow {
  readonly kind: string;
  readonly references: number;
  readonly cleared: number;
  /** Referents nothing stronger reaches; absent when dominators were left out. */
  readonly onlySoftly?: number;
  readonly onlySoftlyBytes?: Bytes;
  readonly classes: readonly {
    readonly className: string;
    readonly references: number;
    readonly onlySoftly?: number;
    readonly onlySoftlyBytes?: Bytes;
  }[];
}

/** Statistics over many objects: what is doubled, half empty, or only softly held. */
export const wasteRequests = {
  "heap/waste": request({ dump }).gives<WasteResult>(),
  "heap/collections": request({ dump }).gives<CollectionsResult>(),
  "heap/references": request({ dump }).gives<{ readonly kinds: readonly ReferenceKindRow[] }>(),
};
