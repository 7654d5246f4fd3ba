import { isDeepStrictEqual } from "node:util";
import type { HeapShapeFacts } from "../../protocol/heap/privacy";
import type { SuspectRow } from "../../protocol/heap/suspects";
import type { DumpSession } from "../dumpSession";

/** One thing that must be the same in a redacted copy. */
export interface ProofCheck {
  readonly what: string;
  readonly passed: boolean;
  readonly before: string | number;
  readonly after: string | number;
}

/** What is asked of the original and of the copy alike. */
export interface ProofFacts {
  readonly shape: HeapShapeFacts;
  readonly suspects: readonly SuspectRow[];
}

export async function proofFactsOf(session: DumpSession, signal: AbortSignal): Promise<ProofFacts> {
  const shape = await session.ask("heap/shape", {}, signal);
  const { suspects } = await session.ask("heap/suspects", {}, signal);
  return { shape, suspects };
}

export function compareProofFacts(original: ProofFacts, copy: ProofFacts): ProofCheck[] {
  const before = original.shape;
  const after = copy.shape;
  const checks: ProofCheck[] = [
    check("objects", before.objects, after.objects),
    check("shallow bytes", before.shallowBytes, after.shallowBytes),
    check("objects by id, class and size", before.digests.objects, after.digests.objects),
    check("classes with superclass, loader and figures", before.digests.classes, after.digests.classes),
    check("GC roots by kind", rootsText(before.roots), rootsText(after.roots)),
    check("GC roots", before.digests.roots, after.digests.roots),
    check("threads", before.threads, after.threads),
    check("stack frames", before.frames, after.frames),
    check("threads and lines of their frames", before.digests.threads, after.digests.threads),
  ];
  // Without dominators neither dump has these, and a report that does not name them does not vouch for them.
  if (before.reachable !== undefined || after.reachable !== undefined) {
    checks.push(
      check("reachable objects", before.reachable?.objects ?? -1, after.reachable?.objects ?? -1),
      check("reachable bytes", before.reachable?.bytes ?? -1, after.reachable?.bytes ?? -1),
      check(
        "retained size and immediate dominator of every object",
        before.digests.dominators ?? "",
        after.digests.dominators ?? "",
      ),
      sameCheck("biggest objects and their retained sizes", before.biggest, after.biggest),
      sameCheck("where memory piles up", before.piles, after.piles),
    );
  }
  return checks;
}

function check(what: string, before: string | number, after: string | number): ProofCheck {
  return { what, passed: before === after, before, after };
}

function sameCheck(what: string, before: readonly unknown[], after: readonly unknown[]): ProofCheck {
  return { what, passed: isDeepStrictEqual(before, after), before: before.length, after: after.length };
}

function rootsText(roots: readonly { readonly kind: string; readonly count: number }[]): string {
  return roots.map(({ kind, count }) => `${kind} ${count}`).join(", ");
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
