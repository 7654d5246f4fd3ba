/** Why a value cannot be shown: the compiler kept it nowhere, or the dump does not have the place it is in. */
export type Missing =
  | { readonly missing: "optimizedOut"; readonly why: string }
  | { readonly missing: "absent"; readonly why: string };

/** Ends an evaluation that needs what is missing. Stays inside this folder. */
export class EvaluationEnded extends Error {
  constructor(readonly result: Missing) {
    super(result.why);
  }
}

export function endAbsent(why: string): never {
  throw new EvaluationEnded({ missing: "absent", why });
}

export function endOptimizedOut(why: string): never {
  throw new EvaluationEnded({ missing: "optimizedOut", why });
}
