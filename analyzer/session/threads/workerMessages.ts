import type { Fault } from "../../base/errors";
import type { Problem } from "../../base/problems";
import type { OpenOptions } from "../../protocol/dump/open";
import type { WatchedFile } from "../files/fileIdentity";
import type { SharedFile } from "../files/fileSource";
import type { Wrapping } from "../files/packing";

/** From the server's thread to a dump's worker thread. */
export type ToWorker =
  /** Read the dump; answered by `progress`, `early`, then `built` or `failed`. */
  | {
      readonly type: "build";
      /** Of `dumpFormats`. */
      readonly formatId: string;
      readonly file: SharedFile;
      readonly path: string;
      readonly watched: WatchedFile;
      readonly wrapping: Wrapping;
      /** Further dumps of the same archive, as far as they are known. */
      readonly others: readonly string[];
      readonly options: OpenOptions;
      readonly workerFolder: string;
      readonly cancel: SharedArrayBuffer;
    }
  /** Take over what another thread built. */
  | { readonly type: "attach"; readonly built: Built }
  /** Answered by exactly one `answer`. */
  | {
      readonly type: "ask";
      readonly id: number;
      readonly method: string;
      readonly params: unknown;
      readonly cancel: SharedArrayBuffer;
    };

/** From a dump's worker thread to the server's thread. */
export type FromWorker =
  | { readonly type: "progress"; readonly step: string; readonly fraction: number }
  /** What can be shown before the dump is ready. */
  | { readonly type: "early"; readonly early: unknown }
  | { readonly type: "built"; readonly built: Built }
  | { readonly type: "failed"; readonly fault: Fault }
  | { readonly type: "answer"; readonly id: number; readonly result: unknown }
  | { readonly type: "refusal"; readonly id: number; readonly fault: Fault };

/** A dump that was read: everything a further thread needs to answer questions about it. */
export interface Built {
  readonly formatId: string;
  readonly path: string;
  /** The unpacked bytes. */
  readonly file: SharedFile;
  readonly watched: WatchedFile;
  readonly options: OpenOptions;
  readonly workerFolder: string;
  readonly problems: readonly Problem[];
  /** For each question that is answered while long ones run, the last start of a page of which that is so. */
  readonly quickUpTo: ReadonlyMap<string, number>;
  /** Questions that are answered once. */
  readonly kept: ReadonlySet<string>;
  /** Whether answers read the file. */
  readonly readsOn: boolean;
  /** The room's own data: plain values and shared memory. */
  readonly attachment: unknown;
}
