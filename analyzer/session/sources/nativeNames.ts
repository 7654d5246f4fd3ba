import type { SourceTree } from "../../sources/sourceTree";

/** Files of a folder by name, for languages that compile to native code. */
export type NativeNames = ReadonlyMap<string, readonly string[]>;

const extensions = new Set(
  "c cc cpp cxx c++ h hh hpp hxx h++ inl ipp tcc m mm s asm rs go zig d f f90 swift cu".split(" "),
);
const skippedFolders = new Set(["node_modules", ".git", ".hg", ".svn"]);
const mostFiles = 400_000;

/** Lists a folder once. Full paths, so that they compare with what debug information recorded. */
export async function indexNativeNames(tree: SourceTree): Promise<NativeNames> {
  const names = new Map<string, string[]>();
  const waiting = [""];
  let files = 0;
  for (let folder = waiting.pop(); folder !== undefined && files < mostFiles; folder = waiting.pop()) {
    for (const entry of await tree.list(folder)) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.kind === "folder") {
        if (!skippedFolders.has(entry.name)) waiting.push(path);
        continue;
      }
      const extension = entry.name.slice(entry.name.lastIndexOf(".") + 1).toLowerCase();
      if (!extensions.has(extension)) continue;
      files++;
      const list = names.get(entry.name) ?? [];
      list.push(tree.fullPath(path));
      names.set(entry.name, list);
    }
  }
  return names;
}
