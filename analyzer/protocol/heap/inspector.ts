import { dump } from "../dump/open";
import { request } from "../request";
import { name, optional, page, sortBy } from "../shapes";
import type { Page } from "../wire";
import { type HoldingField, type ObjectRow, objectId, type ValueRow } from "./objects";

export interface ReferenceRow extends ObjectRow {
  readonly field?: HoldingField;
  /** `field`, `static`, `element`, `class`, `superclass`, `loader`, `local`, `other`. */
  readonly kind: string;
  /** False for weak, soft, phantom and finalizer referents. */
  readonly strong: boolean;
}

export interface FieldRow {
  /** Class that declares it. */
  readonly className: string;
  readonly name: string;
  readonly static: boolean;
  readonly value: ValueRow;
}

export interface InspectResult {
  readonly object: ObjectRow;
  readonly loader: string;
  readonly roots: readonly string[];
  /** The class itself and its superclasses. */
  readonly superclasses: readonly string[];
  readonly fields: readonly FieldRow[];
  readonly array?: { readonly type: string; readonly length: number };
  readonly collection?: {
    readonly kind: "list" | "set" | "map" | "queue";
    readonly size?: number;
    readonly capacity?: number;
  };
  readonly text?: string;
  readonly dominator?: ObjectRow;
  /** How the dominator holds it, where it does so itself. */
  readonly heldBy?: HoldingField;
}

export interface ArrayPartResult {
  readonly type: string;
  readonly length: number;
  readonly start: number;
  readonly values: readonly ValueRow[];
  /** Bytes of a byte[] in hexadecimal. */
  readonly hex?: string;
  /** Contents as text, where they are text (`char[]`, printable bytes). */
  readonly text?: string;
}

export interface EntryRow {
  /** Position in the collection's own order. */
  readonly position: number;
  readonly key?: ValueRow;
  readonly value: ValueRow;
}

export interface EntriesResult extends Page<EntryRow> {
  /** True when there are entries after these; `total` is what was walked so far when the collection has no counter. */
  readonly moreToCome: boolean;
}

const pageOfObject = { dump, objectId, ...page };

const instanceColumns = ["shallowBytes", "retainedBytes"] as const;
export type InstanceColumn = (typeof instanceColumns)[number];

/** What one object holds, what holds it, and which objects a class has. */
export const inspectorRequests = {
  "heap/inspect": request({ dump, objectId }).gives<InspectResult>(),
  "heap/arrayPart": request(pageOfObject).gives<ArrayPartResult>(),
  "heap/entries": request(pageOfObject).gives<EntriesResult>(),
  "heap/incoming": request(pageOfObject).gives<Page<ReferenceRow>>(),
  "heap/outgoing": request(pageOfObject).gives<Page<ReferenceRow>>(),
  /** Objects of a class, reachable or not. */
  "heap/instances": request({
    dump,
    ...page,
    className: name,
    /** Of the classes of that name the one that is this object; all of them when absent. */
    classId: optional(objectId),
    sort: sortBy(instanceColumns),
  }).gives<Page<ObjectRow>>(),
};
