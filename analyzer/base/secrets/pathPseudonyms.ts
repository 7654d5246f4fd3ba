import { Pseudonyms } from "./pseudonyms";

/** Folders of the system: their names tell nothing of a program. */
const systemFolders =
  /^(?:\/usr\/(?:lib|lib32|lib64|libexec|bin|sbin|share)|\/lib|\/lib64|\/lib32|\/bin|\/sbin|\/dev|\/etc|\/proc|\/sys)\//;

/** Paths of files that are not the system's get others of the same length; a module keeps its own name, by which it is found. */
export class PathPseudonyms {
  private readonly pseudonyms = new Pseudonyms(() => false);

  of(path: string, isModule: boolean): string {
    if (!path.startsWith("/") || systemFolders.test(path)) return path;
    const nameAt = path.lastIndexOf("/") + 1;
    const folder = this.pseudonyms.of(path.slice(0, nameAt));
    return folder + (isModule ? path.slice(nameAt) : this.pseudonyms.of(path.slice(nameAt)));
  }
}
