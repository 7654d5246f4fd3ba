/**
 * What takes a moment ends before code that the runtime optimized has paid: V8's flags to begin with that much later. V8
 * writes to the terminal when it does not know a flag, so that of releases not seen yet none is set.
 */
export function lateOptimization(v8Version: string): readonly string[] {
  const release = Number(/^\d+\.\d+/.exec(v8Version)?.[0]);
  // Node 20.
  if (release === 11.3) return ["--interrupt-budget=1000000"];
  // Node 21 to 26.
  if (release >= 11.8 && release <= 14.6) return ["--no-maglev", "--invocation-count-for-turbofan=20000"];
  return [];
}
