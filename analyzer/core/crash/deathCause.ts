import type { CrashScene } from "./crashScene";

export type DeathKind =
  | "assertion"
  | "abortMessage"
  | "uncaughtException"
  | "terminate"
  | "rustPanic"
  | "goPanic"
  | "sanitizer"
  | "forbiddenCall"
  | "endOfFile"
  | "badJump"
  | "stackOverflow"
  | "arithmetic"
  | "instruction"
  | "address"
  | "sentSignal";

/** Why a process died, when more can be told than the signal. */
export interface DeathCause {
  readonly kind: DeathKind;
  /** In words: follows the signal's name and is followed by the place. What the program wrote is in it as it is. */
  readonly words: string;
  /** Where it was read, as in “told by …”. */
  readonly evidence: string;
  /** What lies on the stack was overwritten: return addresses found there by looking prove nothing. */
  readonly isStackDamaged?: true;
  /** Position of the frame to look at first; absent: by the signal. */
  readonly blamed?: number;
}

/** One kind of evidence. */
export type FindCause = (scene: CrashScene) => DeathCause | undefined;
