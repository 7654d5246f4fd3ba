/** Ends a switch over a union: a new member that nobody handles fails to compile. */
export function assertUnreachable(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}

/** Guards an invariant of our own code. Foreign data is never checked with this: it reports a problem. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}`);
}
