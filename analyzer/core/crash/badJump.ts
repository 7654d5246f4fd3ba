import { formatHex } from "../../base/units";
import { protection } from "../memorySegment";
import { type CrashScene, programCounterOf, stackPointerOf } from "./crashScene";
import type { DeathCause } from "./deathCause";

/** The process went on where no code is: by a bad function pointer, a damaged return address or vtable. */
export function badJump(scene: CrashScene): DeathCause | undefined {
  const { signal, process } = scene;
  if (signal.name !== "SIGSEGV" && signal.name !== "SIGBUS" && signal.name !== "SIGILL") return undefined;
  const { memory } = process.image;
  const pc = programCounterOf(scene);
  const allowed = memory.protectionAt(pc);
  const module = process.moduleAt(pc);
  if (allowed === undefined ? (module?.isCode(pc) ?? false) : (allowed & protection.execute) !== 0)
    return undefined;
  const caller = scene.frames[1]?.frame;
  const evidence =
    caller?.origin === "guessed"
      ? `the program counter; the caller is the return address at the stack pointer`
      : "the program counter";
  // Only a call leaves its return address on top of the stack.
  const blamed = caller === undefined ? {} : { blamed: 1 };
  const found = (words: string): DeathCause => ({ kind: "badJump", words, evidence, ...blamed });
  if (pc === 0n) return found("call of a null function pointer");
  const at = formatHex(pc);
  if (allowed === undefined && module === undefined)
    return found(
      pc < 4096n ? `call through a null object, to ${at}` : `jump to ${at}, where nothing is mapped`,
    );
  return found(`jump into ${whatIsAt(scene, pc)} at ${at}, which may not be executed`);
}

function whatIsAt(scene: CrashScene, pc: bigint): string {
  const { memory } = scene.process.image;
  const module = scene.process.moduleAt(pc);
  if (module !== undefined) return "the data of a module";
  const segment = memory.segmentOf(pc);
  const stackPointer = stackPointerOf(scene);
  if (segment !== undefined && stackPointer >= segment.start && stackPointer < segment.end)
    return "the stack";
  return memory.mappingOf(pc) === undefined ? "data" : "a mapped file";
}
