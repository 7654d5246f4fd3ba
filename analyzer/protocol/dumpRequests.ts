import type { Capability } from "./capabilities";
import type { Bytes, Call, DumpId, WireFault, WireProblem } from "./wire";

/** What a file turned out to be, told by its content. */
export type DumpKind = "heap" | "core" | "text" | "unknown";

export interface OpenParams {
  /** Absolute path on the machine the analyzer runs on. */
  readonly path: string;
  readonly options?: OpenOptions;
}

export interface OpenOptions {
  /** Upper limit for the analyzer's memory for this dump, in bytes. */
  readonly memoryBudget?: Bytes;
  /** Where indexes are kept; default is the user's cache folder. */
  readonly indexDirectory?: string;
  /** false neither reads nor writes a saved index. */
  readonly useSavedIndex?: boolean;
  /** Worker threads for parallel passes; default is the number of processors, at most 8. */
  readonly workers?: number;
  /** Overrides the detected size model, e.g. `compressed-oops`, see `heap/hprof/index/sizeModel`. */
  readonly sizeModel?: string;
  /** For core files: where the files of its modules are. */
  readonly core?: CoreOptions;
}

/** Where to find what ran when a core was written. All paths are of the machine the analyzer runs on. */
export interface CoreOptions {
  /** The executable. */
  readonly program?: string;
  /** Root of an unpacked image of the machine that crashed. */
  readonly sysroot?: string;
  /** Further folders with modules or debug information, flat, with whole paths, or with `.build-id` inside. */
  readonly debugInfoPaths?: readonly string[];
  /** Uses files with another build id when there are no right ones. */
  readonly allowMismatch?: boolean;
  /** debuginfod servers to ask for missing files by build id; none are asked without this. */
  readonly debuginfodUrls?: readonly string[];
  /** Where downloaded files are kept; default is the user's cache folder. */
  readonly debuginfodCache?: string;
}

export interface OpenResult {
  readonly dump: DumpId;
  readonly kind: DumpKind;
  /** What it can be asked about. */
  readonly capabilities: readonly Capability[];
  readonly path: string;
  readonly bytes: Bytes;
}

/** How far a dump is. `ready` dumps answer everything; `indexing` ones what they have. */
export type DumpState =
  | {
      readonly state: "indexing";
      readonly step: string;
      readonly fraction: number;
      /** Set once the questions with an early answer have one: of a heap dump, `heap/summary` and `heap/histogram`. */
      readonly early?: true;
    }
  | { readonly state: "ready" }
  | { readonly state: "failed"; readonly fault: WireFault };

/** Requests that concern any dump, whatever its kind. */
export interface DumpRequests {
  /** Tells the kind by content without opening the dump. */
  "dump/identify": Call<
    { readonly path: string },
    {
      readonly kind: DumpKind;
      readonly format: string;
      readonly bytes: Bytes;
      readonly capabilities: readonly Capability[];
    }
  >;
  /** Opens a dump or joins the session already open for the file; returns before the indexing ends. */
  "dump/open": Call<OpenParams, OpenResult>;
  /** Gives up one use of a dump; the session ends with the last one. */
  "dump/close": Call<{ readonly dump: DumpId }, null>;
  /** Stops the indexing of a dump; the state becomes failed with `cancelled`. */
  "dump/cancel": Call<{ readonly dump: DumpId }, null>;
  /** Waits until the dump is ready; fails when indexing fails. */
  "dump/ready": Call<{ readonly dump: DumpId }, null>;
  "dump/state": Call<{ readonly dump: DumpId }, DumpState>;
  "dump/problems": Call<{ readonly dump: DumpId }, { readonly problems: readonly WireProblem[] }>;
  /** Deletes the index a dump opened with these options has, and the file itself when `alsoDump` is set. */
  "dump/deleteIndex": Call<
    { readonly path: string; readonly alsoDump: boolean; readonly options?: OpenOptions },
    { readonly deleted: readonly string[]; readonly freedBytes: Bytes }
  >;
}

/** Sent by the analyzer whenever the state of an open dump changes; at most ten times a second. */
export interface DumpStateChanged {
  readonly dump: DumpId;
  readonly state: DumpState;
}
