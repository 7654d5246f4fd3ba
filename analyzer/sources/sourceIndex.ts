import { lastPartOf } from "../base/pathNames";
import type { Work } from "../base/work";
import { baseNameOf, folderOf, languageOfPath } from "./language";
import type { SourceTree } from "./sourceTree";

/** Folders with nothing anybody wrote in them. Build folders stay in: generated sources are there. */
const skippedFolders = new Set([
  "node_modules",
  "bower_components",
  "__pycache__",
  "classes",
  "bin-test",
  "dist",
]);
/** More files than this in one tree are not indexed; the answer says so. */
export const mostFiles = 400_000;
const deepestFolder = 64;
const foldersAtOnce = 16;

/** Names of the source files below one root: where a file may be, not what it declares. */
export interface SourceIndex {
  readonly tree: SourceTree;
  readonly fileCount: number;
  /** True when there were more files than {@link mostFiles}. */
  readonly isCut: boolean;
  /** Files by their name without extension. */
  readonly byBaseName: ReadonlyMap<string, readonly string[]>;
  /** Files by the last segment of their folder. */
  readonly byFolderName: ReadonlyMap<string, readonly string[]>;
}

/** Lists a tree once, several folders at a time; nothing is read but folder lists. */
export async function indexSources(tree: SourceTree, work: Work): Promise<SourceIndex> {
  const files: string[] = [];
  const waiting: { path: string; depth: number }[] = [{ path: "", depth: 0 }];
  let isCut = false;
  while (waiting.length > 0 && !isCut) {
    work.throwIfCancelled();
    const folders = waiting.splice(-foldersAtOnce);
    const lists = await Promise.all(folders.map((folder) => tree.list(folder.path)));
    folders.forEach((folder, index) => {
      for (const entry of lists[index]!) {
        const path = folder.path === "" ? entry.name : `${folder.path}/${entry.name}`;
        if (entry.kind === "folder") {
          const skipped = entry.name.startsWith(".") || skippedFolders.has(entry.name);
          if (!skipped && folder.depth < deepestFolder) waiting.push({ path, depth: folder.depth + 1 });
        } else if (languageOfPath(entry.name) !== undefined) {
          if (files.length < mostFiles) files.push(path);
          else isCut = true;
        }
      }
    });
  }
  files.sort();
  return indexFiles(tree, files, isCut);
}

/** The same index from a list of paths, for trees that know their files at once. */
export function indexFiles(tree: SourceTree, files: readonly string[], isCut = false): SourceIndex {
  const byBaseName = new Map<string, string[]>();
  const byFolderName = new Map<string, string[]>();
  for (const file of files) {
    append(byBaseName, baseNameOf(file), file);
    append(byFolderName, lastPartOf(folderOf(file)), file);
  }
  return { tree, fileCount: files.length, isCut, byBaseName, byFolderName };
}

/** Every indexed file, in no particular order. */
export function* filesOf(index: SourceIndex): Iterable<string> {
  for (const files of index.byBaseName.values()) yield* files;
}

function append(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
