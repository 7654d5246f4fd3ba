import type { SourceTree } from "../../sources/sourceTree";

/** Files of a folder by name, for languages that compile to native code. */
export type NativeNames = ReadonlyMap<string, readonly string[]>;

/** Extensions worth watching, without the dot. */
export const nativeExtensions: readonly string[] =
  "c cc cpp cxx c++ h hh hpp hxx h++ inl ipp tcc m mm s asm rs go zig d f f90 swift cu".split(" ");
const extensions = new Set(nativeExtensions);
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
      if (!isNativeSource(entry.name)) continue;
      files++;
      const list = names.get(entry.name) ?? [];
      list.push(tree.fullPath(path));
      names.set(entry.name, list);
    }
  }
  return names;
}

export function isNativeSource(path: string): boolean {
  return extensions.has(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
}
