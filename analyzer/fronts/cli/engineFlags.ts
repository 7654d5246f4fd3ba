/**
 * V8's flags for what ends after a moment: it begins later to optimize code, which would not pay any more, and it does not
 * begin to mark a heap that is never full. V8 writes to the terminal when it does not know a flag, so that of releases not
 * seen yet none is set.
 */
export function flagsOfBriefRuns(v8Version: string): readonly string[] {
  const release = Number(/^\d+\.\d+/.exec(v8Version)?.[0]);
  // Node 20.
  if (release === 11.3) return ["--no-incremental-marking", "--interrupt-budget=1000000"];
  // Node 21 to 26.
  if (release >= 11.8 && release <= 14.6)
    return ["--no-incremental-marking", "--no-maglev", "--invocation-count-for-turbofan=20000"];
  return [];
}
