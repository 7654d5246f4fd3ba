/** Documented in the README; scripts depend on them. */
export const exitCodes = {
  done: 0,
  /** Analysed, but problems in the dump make totals lower bounds. */
  incomplete: 1,
  usage: 2,
  /** Not a dump, unreadable, or nothing could be read of it. */
  unreadable: 3,
  /** A limit given to `check` or a policy of `scan` is broken, or a copy `redact` made is not proven. */
  limitBroken: 4,
  internal: 70,
  interrupted: 130,
} as const;
