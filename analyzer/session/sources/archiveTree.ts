import { languageOfPath } from "../../sources/language";
import { indexFiles, type SourceIndex } from "../../sources/sourceIndex";
import type { SourceTree } from "../../sources/sourceTree";
import { listZip, readFromZip } from "./zipArchive";

/** Between the path of an archive and the name of a file inside it, as jar URLs write it. */
const separator = "!/";

/** Index of an archive's sources; undefined when it is damaged or gone, which only means there is nothing to find. */
export async function indexArchiveOrUndefined(path: string): Promise<SourceIndex | undefined> {
  let names: string[];
  try {
    names = await listZip(path);
  } catch {
    return undefined;
  }
  const tree: SourceTree = {
    label: path,
    kind: "archive",
    list: () => Promise.resolve([]),
    read: (name) => readFromZip(path, name).catch(() => undefined),
    fullPath: (name) => `${path}${separator}${name}`,
  };
  return indexFiles(
    tree,
    names.filter((name) => languageOfPath(name) !== undefined),
  );
}

/** Takes `/x/lib-sources.jar!/a/B.java` apart; undefined for a path of a plain file. */
export function archivePathOrUndefined(
  path: string,
): { readonly archive: string; readonly name: string } | undefined {
  const at = path.search(/\.(?:jar|zip)!\//i);
  return at < 0 ? undefined : { archive: path.slice(0, at + 4), name: path.slice(at + 4 + separator.length) };
}
