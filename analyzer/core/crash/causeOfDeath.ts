import { abortMessage } from "./abortMessage";
import { badJump } from "./badJump";
import { brokenArithmetic } from "./brokenArithmetic";
import { brokenInstruction } from "./brokenInstruction";
import { cppTermination } from "./cppTermination";
import type { CrashScene } from "./crashScene";
import type { DeathCause, FindCause } from "./deathCause";
import { endOfFile } from "./endOfFile";
import { forbiddenCall } from "./forbiddenCall";
import { goneWrongAddress } from "./goneWrongAddress";
import { goPanic } from "./goPanic";
import { handledSignal } from "./handledSignal";
import { reportedFailure } from "./reportedFailure";
import { rustPanic } from "./rustPanic";
import { sanitizerReport } from "./sanitizerReport";
import { sentSignal } from "./sentSignal";
import { stackOverflow } from "./stackOverflow";

/** What the program itself said comes before what its instructions tell. */
const evidences: readonly FindCause[] = [
  goPanic,
  (scene) => handledSignal(scene, causeOfDeath),
  sanitizerReport,
  cppTermination,
  rustPanic,
  abortMessage,
  reportedFailure,
  forbiddenCall,
  endOfFile,
  stackOverflow,
  badJump,
  brokenArithmetic,
  brokenInstruction,
  goneWrongAddress,
  sentSignal,
];

/** The first that any evidence tells; undefined when there is only the signal. */
export function causeOfDeath(scene: CrashScene): DeathCause | undefined {
  for (const evidence of evidences) {
    const cause = evidence(scene);
    if (cause !== undefined) return cause;
  }
  return undefined;
}
