import type { Capability } from "../capabilities";
import type { DumpKind, DumpState } from "../dump/open";
import type { BuildRow } from "../heap/builds";
import type { Bytes, WireFault } from "../wire";
import type { Navigation } from "./navigation";

/** What the editor knows of its file before any view has asked for anything. */
export interface DocumentFacts {
  readonly path: string;
  readonly name: string;
  readonly kind: DumpKind;
  /** What it can be asked about: its views. */
  readonly capabilities: readonly Capability[];
  /** What the analyzer calls the format, for people; empty until it has accepted the file. */
  readonly format: string;
  /** Known once the analyzer has accepted the file: of an encrypted dump nothing is kept. */
  readonly isEncrypted: boolean;
  readonly bytes: Bytes;
  readonly state: DocumentState;
  /** Set after the analyzer died and came back: why it died. */
  readonly restartedAfter?: string;
  /** The file is another one than was opened: nothing more is read of it. */
  readonly isChanged?: true;
}

/** `opening` until the analyzer has accepted the file, then whatever the analyzer says of it. */
export type DocumentState = { readonly state: "opening" } | DumpState;

/** One end of the commits between two dumps: which build a dump is of, and how that is known. */
export interface BuildEnd {
  /** `recon-1.hprof is build abc1234 (system property git.commit.id)` */
  readonly text: string;
  /** `assumed`: from when the dump was written. */
  readonly confidence: BuildRow["confidence"] | "assumed";
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

/** What a key or a command does in the view one is in. */
export type ViewAct = "back" | "forward" | "nextView" | "previousView" | "filter";

/** Messages from the extension to a webview. */
export type HostToView =
  | { readonly type: "answer"; readonly id: number; readonly result: unknown }
  | { readonly type: "fault"; readonly id: number; readonly fault: WireFault }
  /** The facts changed: indexing went on, ended or failed. */
  | { readonly type: "facts"; readonly facts: DocumentFacts }
  /** Somebody wants this editor to go somewhere. */
  | { readonly type: "navigate"; readonly navigation: Navigation }
  | { readonly type: "act"; readonly act: ViewAct }
  /** Somebody wrote or deleted a note on the dump. */
  | { readonly type: "notesChanged" };
