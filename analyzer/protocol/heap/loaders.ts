import { dump } from "../dump/open";
import { request } from "../request";
import type { Bytes } from "../wire";
import type { ObjectId } from "./objects";

export interface LoaderRow {
  /** `0x0` for the boot loader. */
  readonly objectId: ObjectId;
  readonly name: string;
  readonly className: string;
  readonly parentId?: ObjectId;
  readonly classes: number;
  readonly objects: number;
  readonly shallowBytes: Bytes;
  readonly retainedBytes?: Bytes;
}

export interface DuplicateClassRow {
  readonly className: string;
  readonly loaders: readonly string[];
  readonly objects: number;
}

export const loaderRequests = {
  "heap/loaders": request({ dump }).gives<{ readonly loaders: readonly LoaderRow[] }>(),
  "heap/duplicateClasses": request({ dump }).gives<{ readonly rows: readonly DuplicateClassRow[] }>(),
};
