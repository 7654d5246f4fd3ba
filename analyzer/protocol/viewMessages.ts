import type { Capability } from "./capabilities";
import type { DumpKind, DumpState } from "./dumpRequests";
import type { DumpBuild, ProgramBuild } from "./heapQuestionRequests";
import type { Navigation } from "./navigation";
import type { Bytes, Call, WireFault } from "./wire";

/** What the editor knows of its file before any view has asked for anything. */
export interface DocumentFacts {
  readonly path: string;
  readonly name: string;
  readonly kind: DumpKind;
  /** What it can be asked about: its views. */
  readonly capabilities: readonly Capability[];
  /** What `dump/identify` called the format, for people. */
  readonly format: string;
  readonly bytes: Bytes;
  readonly state: DocumentState;
  /** Set after the analyzer died and came back: why it died. */
  readonly restartedAfter?: string;
}

/** `opening` until the analyzer has accepted the file, then whatever the analyzer says of it. */
export type DocumentState = { readonly state: "opening" } | DumpState;

/** A name in a dump that may have a line in the workspace. */
export type SourceTarget =
  | { readonly kind: "class"; readonly className: string }
  | { readonly kind: "field"; readonly className: string; readonly field: string }
  | {
      readonly kind: "frame";
      readonly className: string;
      readonly method: string;
      readonly file?: string;
      readonly line?: number;
    }
  /** A file and line as debug information names it (native code). */
  | {
      readonly kind: "line";
      readonly file: string;
      readonly line: number;
      readonly md5?: string;
      readonly binaryModifiedMs?: number;
    };

/** One end of the commits between two dumps: which build a dump is of, and how that is known. */
export interface BuildEnd {
  /** `recon-1.hprof is build abc1234 (system property git.commit.id)` */
  readonly text: string;
  /** `assumed`: from when the dump was written. */
  readonly confidence: ProgramBuild["confidence"] | "assumed";
}

export interface CommitRow {
  readonly hash: string;
  readonly author: string;
  /** `6 weeks ago` */
  readonly age: string;
  /** First line of the message. */
  readonly subject: string;
  /** It changes a line with the name of the field. */
  readonly namesMember: boolean;
}

export interface CommitsBetween {
  readonly from: BuildEnd;
  readonly to: BuildEnd;
  readonly isSameBuild: boolean;
  /** Newest first; not all when `total` is more. */
  readonly commits: readonly CommitRow[];
  readonly total: number;
}

/** What a webview may ask of the extension. Every call is answered, with a result or a fault. */
export interface HostCalls {
  /** First call of a fresh webview. `navigation` is where a command wanted this editor to go. */
  hello: Call<null, { readonly facts: DocumentFacts; readonly navigation?: Navigation }>;
  /** Forwards a request to the analyzer; the extension fills in the `dump` param. */
  ask: Call<{ readonly method: string; readonly params: unknown }, unknown>;
  /** Opens a line of the workspace; false when nothing was found (the user has been told). */
  openSource: Call<SourceTarget, { readonly opened: boolean }>;
  /** The commits that changed a file between the builds of two dumps; null where git knows nothing of the file. */
  commitsBetween: Call<
    {
      readonly file: string;
      readonly member: string;
      readonly from: DumpBuild;
      readonly to: DumpBuild;
    },
    CommitsBetween | null
  >;
  /** Dumps of the same series that were written before this one, newest first. */
  earlierDumps: Call<null, { readonly paths: readonly string[] }>;
  copyText: Call<{ readonly text: string }, null>;
  /** Puts a link that opens this place again on the clipboard. */
  copyLink: Call<Navigation, null>;
  /** Asks for a file name and writes the text there; false when the user gave up. */
  saveAs: Call<{ readonly suggestedName: string; readonly text: string }, { readonly saved: boolean }>;
  /** Stops the indexing of the dump. */
  stopIndexing: Call<null, null>;
  /** Opens the dump again after a failure. */
  reopen: Call<null, null>;
  /** Runs one of our own commands (`exhume.…`). */
  runCommand: Call<{ readonly command: string; readonly args: readonly unknown[] }, unknown>;
}

export type HostCallName = keyof HostCalls;

/** Messages from a webview to the extension. */
export type ViewToHost =
  /** Asks for something; answered by `answer` or `fault` with the same id. */
  | {
      readonly type: "call";
      readonly id: number;
      readonly name: HostCallName;
      readonly params: HostCalls[HostCallName]["params"];
    }
  /** The answer to this call is no longer wanted. */
  | { readonly type: "abandon"; readonly id: number };

/** Messages from the extension to a webview. */
export type HostToView =
  | { readonly type: "answer"; readonly id: number; readonly result: unknown }
  | { readonly type: "fault"; readonly id: number; readonly fault: WireFault }
  /** The facts changed: indexing went on, ended or failed. */
  | { readonly type: "facts"; readonly facts: DocumentFacts }
  /** Somebody wants this editor to go somewhere. */
  | { readonly type: "navigate"; readonly navigation: Navigation };
