import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { SourceTree, TreeEntry } from "../../sources/sourceTree";

/** No file anybody wrote is larger; generated ones that are would only slow the search down. */
export const largestSource = 8 << 20;

/** A folder on disk. Links to folders are not followed, so a cycle cannot trap the walk. */
export function folderTree(root: string): SourceTree {
  return {
    label: root,
    kind: "workspace",
    async list(folder) {
      try {
        const entries = await readdir(join(root, folder), { withFileTypes: true });
        return entries.flatMap((entry): TreeEntry[] => {
          if (entry.isDirectory()) return [{ name: entry.name, kind: "folder" }];
          return entry.isFile() || entry.isSymbolicLink() ? [{ name: entry.name, kind: "file" }] : [];
        });
      } catch {
        // A folder that vanished or is forbidden has nothing to show; the answer still names the root.
        return [];
      }
    },
    read: (path) => readSource(join(root, path)),
    fullPath: (path) => join(root, path),
  };
}

/** Text of a source file; undefined when it is gone, unreadable or too large. */
export async function readSource(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    return size > largestSource ? undefined : await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
