import type { Suspect } from "../../analyzer/heap/java/leaks/suspect";
import { type Blame, confidences, type SaidConfidence, type WantedVerdict } from "./wantedVerdicts";

/** What was found in the dump of one program. */
export interface JudgedProgram {
  readonly wanted: WantedVerdict;
  readonly findings: readonly JudgedFinding[];
}

export interface JudgedFinding {
  readonly confidence: SaidConfidence;
  readonly shape: string;
  /** Field or frame it blames, as shown. */
  readonly blames: string;
  /** The program leaks, and this is the field or frame to blame, whatever the shape is called. */
  readonly rightPlace: boolean;
  /** The right place, and the right shape. */
  readonly right: boolean;
}

export function judgeSuspects(wanted: WantedVerdict, suspects: readonly Suspect[]): JudgedProgram {
  return { wanted, findings: suspects.map((suspect) => judgeSuspect(wanted, suspect)) };
}

function judgeSuspect(wanted: WantedVerdict, suspect: Suspect): JudgedFinding {
  const { shape, confidence } = suspect;
  const shapeAgrees = wanted.shape === undefined || wanted.shape === shape;
  const blameAgrees = wanted.blame.length === 0 || wanted.blame.some((blame) => isBlamed(suspect, blame));
  const rightPlace = wanted.verdict !== "healthy" && blameAgrees;
  return {
    confidence,
    shape: shape ?? "-",
    blames: blamedBy(suspect),
    rightPlace,
    right: rightPlace && shapeAgrees,
  };
}

function blamedBy({ field, frame, evidence }: Suspect): string {
  if (field !== undefined) return `${field.className}.${field.name}`;
  return frame === undefined ? (evidence[0] ?? "-") : `${frame.className}.${frame.method} at ${frame.line}`;
}

function isBlamed(suspect: Suspect, blame: Blame): boolean {
  if (blame.kind === "shape") return suspect.shape === blame.shape;
  if (blame.kind === "field")
    return suspect.field?.className === blame.className && suspect.field.name === blame.name;
  const { frame } = suspect;
  if (frame?.file === blame.file && frame.line === blame.line) return true;
  // A stuck consumer is told beside the field of its queue, in words.
  return suspect.evidence.join("\n").includes(`${blame.file}:${blame.line}`);
}

/** Whether a right finding has at least the confidence that is wanted; of a healthy heap whether none is above possible. */
export function isAsWanted({ wanted, findings }: JudgedProgram): boolean {
  const { verdict } = wanted;
  if (verdict === "healthy") return findings.every(({ confidence }) => confidence === "possible");
  return findings.some(({ right, confidence }) => right && rank(confidence) >= rank(verdict));
}

function rank(confidence: SaidConfidence): number {
  return confidences.indexOf(confidence);
}

export interface ConfidenceScore {
  readonly confidence: SaidConfidence;
  /** Findings that say so, how many of them name the right place, and how many are right. */
  readonly said: number;
  readonly rightPlace: number;
  readonly right: number;
  /** Programs that should be told at least so, and how many of them are. */
  readonly wanted: number;
  readonly found: number;
}

export function scoreByConfidence(judged: readonly JudgedProgram[]): ConfidenceScore[] {
  const findings = judged.flatMap((program) => program.findings);
  return [...confidences].reverse().map((confidence) => {
    const said = findings.filter((finding) => finding.confidence === confidence);
    const wanted = judged.filter((program) => program.wanted.verdict === confidence);
    return {
      confidence,
      said: said.length,
      rightPlace: said.filter(({ rightPlace }) => rightPlace).length,
      right: said.filter(({ right }) => right).length,
      wanted: wanted.length,
      found: wanted.filter(isAsWanted).length,
    };
  });
}

/** Share of the findings said at one of these confidences that are right; 1 when none was said. */
export function precisionOf(judged: readonly JudgedProgram[], ...said: readonly SaidConfidence[]): number {
  const findings = judged
    .flatMap((program) => program.findings)
    .filter(({ confidence }) => said.includes(confidence));
  return findings.length === 0 ? 1 : findings.filter(({ right }) => right).length / findings.length;
}
