import type { ProblemList } from "../../base/problems";

/** No process has more address space (57 bits on x86-64 and aarch64). */
const mostBytes = 2 ** 57;

/** Factor of a size unit as JVM and kernel tools write it: none, B, K, KB, kB, KiB, M, MB, G, GB, T, TB. */
function unitFactor(unit: string | undefined): number {
  switch ((unit ?? "").charAt(0).toUpperCase()) {
    case "K":
      return 1024;
    case "M":
      return 1024 ** 2;
    case "G":
      return 1024 ** 3;
    case "T":
      return 1024 ** 4;
    default:
      return 1;
  }
}

/** Some centuries: no process runs longer. */
const mostSeconds = 1e10;

/** Reads times of one text. One that no process can have run is taken for 0 and reported. */
export function timeReader(problems: ProblemList): (digits: string) => number {
  return (digits) => {
    const seconds = Number(digits.replace(",", "."));
    if (seconds <= mostSeconds) return seconds;
    problems.add({
      code: "impossible-amount",
      message: `${shortened(digits)} is longer than any process runs: taken for 0.`,
      losesData: true,
    });
    return 0;
  };
}

function shortened(digits: string): string {
  return digits.length > 24 ? `${digits.slice(0, 24)}…` : digits;
}

/** Bytes of a number and its unit, or a count, which has none. */
export type BytesOf = (digits: string, unit?: string) => number;

/**
 * Reads amounts of one text; a decimal comma is read as a point (logs follow the locale).
 * One that no process can have, as a JVM's counter prints that fell below zero, is taken for 0 and reported.
 */
export function amountReader(problems: ProblemList): BytesOf {
  return (digits, unit) => {
    const bytes = Math.round(Number(digits.replace(",", ".")) * unitFactor(unit));
    if (Math.abs(bytes) <= mostBytes) return bytes;
    problems.add({
      code: "impossible-amount",
      message: `${shortened(digits)}${unit ?? ""} is more than any process can have (a counter that fell below zero prints like that): taken for 0.`,
      losesData: true,
    });
    return 0;
  };
}
