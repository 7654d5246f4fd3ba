import type { Capability } from "../capabilities";
import { request } from "../request";
import { amount, flag, list, type Of, object, oneOf, optional, path, text, whole, words } from "../shapes";
import type { Bytes, DumpId, WireFault, WireProblem } from "../wire";

/** What a file turned out to be, told by its content. */
export type DumpKind = "heap" | "core" | "text" | "unknown";

/** Where to find what ran when a core was written. All paths are of the machine the analyzer runs on. */
export const coreOptions = object({
  /** The executable. */
  program: optional(path),
  /** Root of an unpacked image of the machine that crashed. */
  sysroot: optional(path),
  /** Further folders with modules or debug information, flat, with whole paths, or with `.build-id` inside. */
  debugInfoPaths: optional(list(path)),
  /** Files with rules for how values are shown, the first that fits counts. */
  printerFiles: optional(list(path, 100)),
  /** Uses files with another build id when there are no right ones. */
  allowMismatch: optional(flag),
  /** debuginfod servers to ask for missing files by build id; none are asked without this. */
  debuginfodUrls: optional(list(words, 100)),
  /** Asks them over plain HTTP too, where they are not of this machine. */
  debuginfodOverHttp: optional(flag),
  /** Where downloaded files are kept; default is the user's cache folder. */
  debuginfodCache: optional(path),
});
export type CoreOptions = Of<typeof coreOptions>;

export const openOptions = object({
  /** Upper limit for the analyzer's memory for this dump, in bytes. */
  memoryBudget: optional(amount),
  /** Where indexes are kept; default is the user's cache folder. */
  indexDirectory: optional(path),
  /** false neither reads nor writes a saved index. */
  useSavedIndex: optional(flag),
  /** Worker threads for parallel passes; default is the number of processors, at most 8. */
  workers: optional(whole(256)),
  /** Overrides the detected size model, e.g. `compressed-oops`, see `heap/hprof/index/sizeModel`. */
  sizeModel: optional(words),
  /** Which heap dump of a file that holds several, from 1, oldest first; the last when absent. */
  dumpNumber: optional(whole(1_000_000)),
  /** Which file of an archive, by its name or the end of its path; the first dump in it when absent. */
  member: optional(text(4096)),
  /** Fails where there are several dumps and none was named, rather than taking one. */
  refuseSeveral: optional(flag),
  /** Files with age identities that may open an encrypted dump. */
  identityFiles: optional(list(path, 100)),
  /** Takes texts of no form that is known as well, which can only be searched. */
  anyText: optional(flag),
  /** Of a JVM's core: opens its Java heap, as if it were a heap dump. Of other dumps it changes nothing. */
  heapOfCore: optional(flag),
  /** Opens a heap dump, or the heap of a core, to be copied only. */
  unindexed: optional(flag),
  /** For core files: where the files of its modules are. */
  core: optional(coreOptions),
});
export type OpenOptions = Of<typeof openOptions>;

export interface OpenResult {
  readonly dump: DumpId;
  readonly kind: DumpKind;
  /** In words: `Java heap dump (HPROF 1.0.2)`. */
  readonly format: string;
  /** What it can be asked about. */
  readonly capabilities: readonly Capability[];
  readonly path: string;
  readonly bytes: Bytes;
  readonly isEncrypted: boolean;
}

/** How far a dump is. `ready` dumps answer everything; `indexing` ones what they have. */
export type DumpState =
  | {
      readonly state: "indexing";
      readonly step: string;
      /** Of the whole opening, 0 to 1. */
      readonly fraction: number;
      /** Absent until it can be told. */
      readonly secondsLeft?: number;
      /** Set once the questions with an early answer have one: of a heap dump, `heap/summary` and `heap/histogram`. */
      readonly early?: true;
    }
  | { readonly state: "ready" }
  | {
      readonly state: "failed";
      readonly fault: WireFault;
      /** Set where the indexing was stopped and the questions with an early answer are answered nevertheless. */
      readonly early?: true;
    };

/** Sent by the analyzer whenever the state of an open dump changes; at most ten times a second. */
export interface DumpStateChanged {
  readonly dump: DumpId;
  readonly state: DumpState;
}

/** Sent while a long question about a dump is answered, or a copy of it written; at most ten times a second. */
export interface DumpProgress {
  readonly path: string;
  readonly step: string;
  /** Of the step, 0 to 1. */
  readonly fraction: number;
}

/** In parameters: which open dump is asked. */
export const dump = text(40);

/** Requests that concern any dump, whatever its kind. */
export const dumpRequests = {
  /** Tells the kind by content without opening the dump. */
  "dump/identify": request({ path }).gives<{
    readonly kind: DumpKind;
    readonly format: string;
    readonly bytes: Bytes;
    readonly capabilities: readonly Capability[];
  }>(),
  /** Opens a dump or joins the session already open for the file; returns before the indexing ends. */
  "dump/open": request({ path, options: optional(openOptions) }).gives<OpenResult>(),
  /** Tries a passphrase on an encrypted dump or identity file; it opens then until it is closed. Refused with `locked`. */
  "dump/unlock": request({ path, passphrase: text(10_000) }).gives<null>(),
  /** Writes an encrypted copy for the recipients; a file that exists is not replaced. */
  "dump/encrypt": request({ path, out: path, recipients: list(text(4100), 100) }).gives<{
    readonly bytes: Bytes;
  }>(),
  /** Writes a copy without contents, its report beside it, and proves it; files that exist are not replaced. */
  "dump/redact": request({
    path,
    out: path,
    level: oneOf(["strings", "arrays", "fields", "names"]),
    options: optional(openOptions),
  }).gives<{
    /** False when the copy was deleted, because it differed or held secrets. */
    readonly passed: boolean;
    /** Path of the report. */
    readonly report: string;
    /** The report in words. */
    readonly lines: readonly string[];
  }>(),
  /** Gives up one use of a dump; the session ends with the last one. */
  "dump/close": request({ dump }).gives<null>(),
  /** Stops the indexing of a dump; the state becomes failed with `cancelled`. What has an early answer keeps it. */
  "dump/cancel": request({ dump }).gives<null>(),
  /** Waits until the dump is ready; fails when indexing fails. */
  "dump/ready": request({ dump }).gives<null>(),
  "dump/state": request({ dump }).gives<DumpState>(),
  "dump/problems": request({ dump }).gives<{ readonly problems: readonly WireProblem[] }>(),
  /** Deletes every saved index of a dump; with `alsoDump` the file itself and all notes too. */
  "dump/deleteIndex": request({ path, alsoDump: flag, options: optional(openOptions) }).gives<{
    readonly deleted: readonly string[];
    readonly freedBytes: Bytes;
  }>(),
};
