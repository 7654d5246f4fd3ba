/** Settings, views and dumps name commits: never an option of git's, nor a search of its own. */
export function isPlainRef(ref: string): boolean {
  return /^\w[\w./+-]{0,200}$/.test(ref) && !ref.includes("..");
}
