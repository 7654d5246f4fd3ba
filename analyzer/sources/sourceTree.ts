export interface TreeEntry {
  readonly name: string;
  readonly kind: "file" | "folder";
}

/**
 * Files below one root: a workspace folder, an archive. Paths are relative to the root, separated by `/`; the root
 * itself is the empty path. Links to folders are not followed by the implementation, so the tree is finite.
 */
export interface SourceTree {
  /** What a message calls it: the folder's or archive's path. */
  readonly label: string;
  /** `archive` trees hold libraries: they are asked after every `workspace` tree. */
  readonly kind: "workspace" | "archive";
  /** Empty for a folder that cannot be listed. */
  list(folder: string): Promise<readonly TreeEntry[]>;
  /** undefined when the file is gone, unreadable or larger than any source file is. */
  read(path: string): Promise<string | undefined>;
  /** The path under which a front can open the file. */
  fullPath(path: string): string;
}
