import { type ParamsIn, request } from "../request";
import { list, moment, name, type Of, object, oneOf, optional, path, text, whole, words } from "../shapes";
import { navigationShape } from "../view/navigation";
import type { Bytes } from "../wire";
import { type DumpKind, dump } from "./open";

/** Longer than anybody writes about one object; a note is not a place for contents. */
export const longestNote = 100_000;

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
export const noteShape = object({
  /** Chosen by whoever writes it; writing the same id again replaces the note, an empty text deletes it. */
  id: words,
  /** What it is about, as shown: `com.shop.Cache @ 0x7f00`. */
  title: name,
  text: text(longestNote),
  /** Place to go back to, as in links. */
  place: optional(navigationShape),
  changedMs: moment,
});
export type Note = Of<typeof noteShape>;

/** Requests about dumps as files, and about what people wrote on them. */
export const investigationRequests = {
  /** Heap dumps and cores below the folders and among the files, newest first. */
  "dumps/find": request({ folders: list(path), files: optional(list(path)) }).gives<{
    readonly dumps: readonly FoundDump[];
  }>(),
  "notes/list": request({ dump }).gives<{ readonly notes: readonly Note[] }>(),
  "notes/write": request({ dump, note: noteShape }).gives<{ readonly notes: readonly Note[] }>(),
  /** A self-contained document: what the dump is, its tables, suspects and notes, each row with a link. */
  "investigation/export": request({
    dump,
    format: oneOf(["markdown", "html"]),
    /** Scheme of links that open the editor, `vscode` by default. */
    uriScheme: optional(text(100)),
    /** Paths of heap dumps to compare with: what grew goes into the document. */
    others: optional(list(path)),
    /** Paths of files of the same process: the verdict over them and this dump goes into the document. */
    triagePaths: optional(list(path)),
    /** Rows of each table, 20 by default. */
    top: optional(whole(10_000)),
  }).gives<{ readonly text: string; readonly suggestedName: string }>(),
};
export type InvestigationParams = ParamsIn<(typeof investigationRequests)["investigation/export"]>;
