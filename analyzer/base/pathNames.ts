/** The part of a path behind its last `/`: a path of the machine a dump is of, or one that is kept with `/` everywhere. */
export function lastPartOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** The part of a path behind its last `/` or `\`: a path of the machine this runs on, whichever that is. */
export function fileNameOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

/** Where a file of this machine lies: its path without the last part; of a name alone the folder one is in. */
export function parentOf(path: string): string {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return at < 0 ? "." : path.slice(0, Math.max(1, at));
}
