import type { Confidence, ScorePart } from "./suspect";

const most = { share: 40, elements: 20, root: 15 } as const;

/** More of the heap is more suspicious; half of it gives all the points. */
export function sharePart(share: number): ScorePart {
  return {
    name: "share",
    points: Math.round(most.share * Math.min(1, share / 0.5)),
    why: `keeps ${percent(share)} of the reachable heap`,
  };
}

/** A collection of a hundred thousand gives all the points, one of a hundred none. */
export function elementsPart(elements: number): ScorePart {
  const points = Math.round(
    most.elements * Math.max(0, Math.min(1, (Math.log10(Math.max(1, elements)) - 2) / 3)),
  );
  return { name: "elements", points, why: `${elements.toLocaleString("en-US")} elements` };
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

/** Words for a score. Without the evidence of a shape or of growth a suspect is never more than possible. */
export function confidenceOf(parts: readonly ScorePart[]): Confidence {
  const score = scoreOf(parts);
  const evidence = parts
    .filter(({ name }) => name === "shape" || name === "growth")
    .reduce((sum, part) => sum + part.points, 0);
  if (evidence < 15 || score < 50) return "possible";
  return score >= 80 && evidence >= 25 ? "certain" : "likely";
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

const units = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes for sentences: `12.3 MiB`. */
export function bytesInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${bytes} B` : `${value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}

export function countInWords(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
