/**
 * Files that tests read in their own thread: a session closes its dump, and the threads of its lanes what they opened. A
 * file that is deleted takes its place on disk for as long as it is open.
 */
const opened: { readonly path: string; readonly close: () => void }[] = [];

/** @param path of the dump; what was opened for its sake is closed with it */
export function closeWith(path: string, close: () => void): void {
  opened.push({ path, close });
}

/** Closes what was opened for the sake of a dump, or of the dumps in a folder. */
export function closeOpened(path: string): void {
  for (let index = opened.length - 1; index >= 0; index--) {
    const each = opened[index]!;
    if (each.path !== path && !each.path.startsWith(`${path}/`)) continue;
    opened.splice(index, 1);
    each.close();
  }
}
