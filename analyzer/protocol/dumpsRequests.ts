import type { DumpKind } from "./dumpRequests";
import type { Bytes, Call, DumpId } from "./wire";

/** A dump found in a folder, told by its content. */
export interface FoundDump {
  readonly path: string;
  readonly kind: DumpKind;
  readonly format: string;
  readonly bytes: Bytes;
  /** When it was last written, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /** Name shared by dumps of one program: `recon-2024-05-01.hprof` and `recon-2024-05-02.hprof` are `recon`. */
  readonly series: string;
}

/** Something written down about a place in a dump. Kept beside the indexes, never in the dump. */
export interface Note {
  /** Chosen by whoever writes it; writing the same id again replaces the note, an empty text deletes it. */
  readonly id: string;
  /** What it is about, as shown: `com.shop.Cache @ 0x7f00`. */
  readonly title: string;
  readonly text: string;
  /** Place to go back to: a view and its params, as in links. */
  readonly place?: { readonly view: string; readonly params: Readonly<Record<string, unknown>> };
  readonly changedMs: number;
}

export interface InvestigationParams {
  readonly dump: DumpId;
  readonly format: "markdown" | "html";
  /** Scheme of links that open the editor, `vscode` by default. */
  readonly uriScheme?: string;
  /** Paths of heap dumps to compare with: what grew goes into the document. */
  readonly others?: readonly string[];
  /** Paths of files of the same process: the verdict over them and this dump goes into the document. */
  readonly triagePaths?: readonly string[];
  /** Rows of each table, 20 by default. */
  readonly top?: number;
}

/** Requests about dumps as files, and about what people wrote on them. */
export interface DumpsRequests {
  /** Heap dumps and cores below the folders and among the files, newest first. */
  "dumps/find": Call<
    { readonly folders: readonly string[]; readonly files?: readonly string[] },
    { readonly dumps: readonly FoundDump[] }
  >;
  "notes/list": Call<{ readonly dump: DumpId }, { readonly notes: readonly Note[] }>;
  "notes/write": Call<{ readonly dump: DumpId; readonly note: Note }, { readonly notes: readonly Note[] }>;
  /** A self-contained document: what the dump is, its tables, suspects and notes, each row with a link. */
  "investigation/export": Call<
    InvestigationParams,
    { readonly text: string; readonly suggestedName: string }
  >;
}
