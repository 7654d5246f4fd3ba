import { formatCount, formatShare } from "../../../base/figures";

/** How sure a suspect is: the score in words. Nothing above `possible` rests on size alone. */
export type Confidence = "possible" | "likely" | "certain";

/** One reason for the score. */
export interface ScorePart {
  readonly name: "share" | "elements" | "root" | "shape" | "growth";
  /** Points of 100 it adds, or takes away. */
  readonly points: number;
  /** The sentence to show beside the points. */
  readonly why: string;
  /** True for evidence that no healthy program shows: without it nothing is certain. */
  readonly proves?: boolean;
}

const most = { share: 40, elements: 20, root: 15 } as const;

/** More of the heap is more suspicious; half of it gives all the points. */
export function sharePart(share: number): ScorePart {
  return {
    name: "share",
    points: Math.round(most.share * Math.min(1, share / 0.5)),
    why: `keeps ${formatShare(share, 1)} of the reachable heap`,
  };
}

/** A collection of less than this share of the heap is not an incident: it takes better evidence than its name. */
const smallShare = 0.1;
const smallSharePoints = -15;

/** The same for a collection, where little of the heap speaks against it. */
export function collectionSharePart(share: number): ScorePart {
  if (share >= smallShare) return sharePart(share);
  const why = `keeps no more than ${formatShare(share, 1)} of the reachable heap`;
  return { name: "share", points: smallSharePoints, why };
}

/**
 * A collection of a hundred thousand gives all the points, one of a hundred none.
 * @param weight how many ordinary elements one of these is worth: a thread is more than a string
 */
export function elementsPart(elements: number, weight = 1): ScorePart {
  const weighed = Math.max(1, weight * elements);
  const points = Math.round(most.elements * Math.max(0, Math.min(1, (Math.log10(weighed) - 2) / 3)));
  return { name: "elements", points, why: `${formatCount(elements)} elements` };
}

/** Static fields and threads live as long as the process. */
export function rootPart(permanent: boolean, why: string): ScorePart {
  return { name: "root", points: permanent ? most.root : 0, why };
}

export function shapePart(points: number, why: string): ScorePart {
  return { name: "shape", points, why };
}

export function scoreOf(parts: readonly ScorePart[]): number {
  return Math.max(
    0,
    Math.min(
      100,
      parts.reduce((sum, part) => sum + part.points, 0),
    ),
  );
}

/** Points of shape and growth below which a suspect is big and no more. */
export const leastEvidence = 20;
const leastScore = 50;
const leastScoreOfProof = 60;

/** Points of what is more than size: those of the shape, and of growth. */
export function evidenceIn(parts: readonly ScorePart[]): number {
  return parts
    .filter(({ name }) => name === "shape" || name === "growth")
    .reduce((sum, part) => sum + part.points, 0);
}

/**
 * Words for a score: `certain` takes evidence that proves, `likely` evidence of a shape or of growth. How often each is
 * right was counted, see `heap/java/leaks/README.md`.
 */
export function confidenceOf(parts: readonly ScorePart[]): Confidence {
  const score = scoreOf(parts);
  if (evidenceIn(parts) < leastEvidence || score < leastScore) return "possible";
  return score >= leastScoreOfProof && parts.some(({ proves }) => proves === true) ? "certain" : "likely";
}
