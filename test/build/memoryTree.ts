import type { SourceTree, TreeEntry } from "../../analyzer/sources/sourceTree";

/** A tree of files given as an object from path to text. */
export function memoryTree(
  label: string,
  files: Readonly<Record<string, string>>,
  kind: SourceTree["kind"] = "workspace",
): SourceTree {
  return {
    label,
    kind,
    async list(folder) {
      const prefix = folder === "" ? "" : `${folder}/`;
      const entries = new Map<string, TreeEntry>();
      for (const path of Object.keys(files)) {
        if (!path.startsWith(prefix)) continue;
        const [name, ...rest] = path.slice(prefix.length).split("/");
        entries.set(name!, { name: name!, kind: rest.length > 0 ? "folder" : "file" });
      }
      return [...entries.values()];
    },
    async read(path) {
      return files[path];
    },
    fullPath: (path) => `${label}/${path}`,
  };
}
