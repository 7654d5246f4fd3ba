import type { RedactionLevel } from "../../base/secrets/redactionLevel";
import type { SuspectRow } from "../../protocol/heap/suspects";
import type { ProofFacts } from "./proofFacts";

/** One comparison of a copy with its original. */
export interface ProofCheck {
  readonly what: string;
  readonly passed: boolean;
  readonly before: string | number;
  readonly after: string | number;
}

export function compareProofFacts(original: ProofFacts, copy: ProofFacts): ProofCheck[] {
  const after = new Map(copy.facts.map((fact) => [fact.what, fact]));
  const before = new Set(original.facts.map(({ what }) => what));
  return [
    ...original.facts.map(({ what, value, shown }) => {
      const other = after.get(what);
      return { what, passed: other?.value === value, before: shown, after: other?.shown ?? "absent" };
    }),
    ...copy.facts
      .filter(({ what }) => !before.has(what))
      .map(({ what, shown }) => ({ what, passed: false, before: "absent", after: shown })),
  ];
}

/** What the same scan finds in both. */
export interface SecretFigures {
  readonly original: number;
  readonly copy: number;
  /** Whether the copy must have none: not where contents stay, by level or by request. */
  readonly mustBeGone: boolean;
}

export function compareSecrets(
  original: ProofFacts,
  copy: ProofFacts,
  level: RedactionLevel,
  keepsContents: boolean,
): SecretFigures {
  return {
    original: original.secrets,
    copy: copy.secrets,
    mustBeGone: level !== "strings" && !keepsContents,
  };
}

/** Leak suspects of the original, and how many of them the copy has: some are told by what strings and fields say. */
export interface SuspectFigures {
  readonly original: number;
  readonly alsoInCopy: number;
}

export function compareSuspects(original: ProofFacts, copy: ProofFacts): SuspectFigures {
  const found = new Set(copy.suspects.map(structureOf));
  const alike = original.suspects.filter((suspect) => found.has(structureOf(suspect)));
  return { original: original.suspects.length, alsoInCopy: alike.length };
}

/** A suspect without words: which objects hold how much, and through which objects. */
function structureOf({
  kind,
  objectId,
  objects,
  retainedBytes,
  accumulation,
  path,
  shape,
}: SuspectRow): string {
  const steps = path.map((step) => step.objectId);
  return JSON.stringify([kind, objectId, objects, retainedBytes, accumulation?.objectId, steps, shape]);
}
