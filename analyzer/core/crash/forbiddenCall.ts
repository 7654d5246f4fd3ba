import { type CrashScene, positionOf } from "./crashScene";
import type { DeathCause } from "./deathCause";
import { systemCallName } from "./systemCallNames";

/** A system call that a filter (seccomp) refused. */
export function forbiddenCall(scene: CrashScene): DeathCause | undefined {
  const { signal, process } = scene;
  const { systemCall } = signal;
  if (signal.name !== "SIGSYS" || systemCall === undefined) return undefined;
  const name = systemCallName(systemCall.machine, systemCall.number, process.image.architecture.name);
  const wrapper = positionOf(scene, (each) => each === name || each === `__${name}`);
  return {
    kind: "forbiddenCall",
    words: `the system call ${name ?? `number ${systemCall.number}`} is forbidden by a filter (seccomp)`,
    evidence: `si_syscall ${systemCall.number} of the signal`,
    ...(wrapper >= 0 && scene.frames[wrapper + 1] !== undefined && { blamed: wrapper + 1 }),
  };
}
