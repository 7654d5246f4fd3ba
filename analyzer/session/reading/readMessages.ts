import type { StoredCores } from "../../protocol/dump/crashes";
import type { Note } from "../../protocol/dump/investigation";
import type { ParamsOf, ResultOf } from "../../protocol/requests";
import type { sourceRequests } from "../../protocol/source/sources";
import type { Identity } from "../identify";
import type { ToWorker } from "../threads/workerMessages";

/** What a file is, as it crosses between threads. */
export type PlainIdentity = Omit<Identity, "dumpFormat"> & {
  readonly formatId: string | undefined;
  readonly bytes: number;
};

export interface IdentifyTask {
  readonly path: string;
  readonly member?: string | undefined;
  readonly fileKey?: Uint8Array | undefined;
}

/** Where notes on a dump lie and how they are read, see `dumps/noteStore`. */
export interface NotesPlace {
  readonly path: string;
  readonly folder: string | undefined;
  readonly key: Uint8Array | undefined;
}

/** Questions of one reading thread: what it is asked and what it answers. */
export type ReadQuestions = {
  readonly [M in keyof typeof sourceRequests]: { readonly params: ParamsOf<M>; readonly result: ResultOf<M> };
} & {
  readonly storedCores: { readonly params: Readonly<Record<never, never>>; readonly result: StoredCores };
  readonly identify: { readonly params: IdentifyTask; readonly result: PlainIdentity };
  readonly notes: { readonly params: NotesPlace; readonly result: readonly Note[] };
  readonly writeNote: {
    readonly params: NotesPlace & { readonly note: Note };
    readonly result: readonly Note[];
  };
};

export interface SourceFileChange {
  readonly path: string;
  readonly kind: "created" | "changed" | "deleted";
}

/** From the server's thread to one that reads files and texts for it. */
export type ToReader =
  | { readonly type: "roots"; readonly roots: readonly string[] }
  | { readonly type: "filesChanged"; readonly changes: readonly SourceFileChange[] }
  | Extract<ToWorker, { type: "ask" }>;
