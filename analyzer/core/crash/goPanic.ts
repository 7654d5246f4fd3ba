import { ProblemList } from "../../base/problems";
import { formatHex } from "../../base/units";
import { findGoRuntime } from "../go/goRuntime";
import { goroutineAddresses } from "../go/goroutines";
import type { MemoryImage } from "../memoryImage";
import type { LoadedModule } from "../modules/loadedModule";
import { constantsBeforeCall, goArgumentRegisters } from "./callConstants";
import { type CrashScene, positionOf } from "./crashScene";
import type { DeathCause } from "./deathCause";
import { messageOf } from "./foreignMessage";

/** `runtime.g` keeps its innermost panic after the two ends of its stack and two guards. */
const panicInGoroutine = 32n;
/** `runtime._panic`: what was passed to panic, as {type, address}; before Go 1.26 after the arguments' address. */
const valueInPanic = [0n, 8n] as const;
/** `abi.Type.Kind_`. */
const kindInType = 23n;
const kinds = { int: 2, string: 24 } as const;

/** The value of a Go panic: of the goroutine that panicked, which is the one with a panic under way. */
export function goPanic(scene: CrashScene): DeathCause | undefined {
  const { process, signal } = scene;
  if (signal.name !== "SIGABRT") return undefined;
  const fatal = fatalError(scene);
  if (fatal !== undefined) return fatal;
  const { memory } = process.image;
  if (!process.modules.some(({ go }) => go !== undefined)) return undefined;
  const runtime = findGoRuntime(process, new ProblemList());
  if (runtime === undefined) return undefined;
  for (const goroutine of goroutineAddresses(runtime)) {
    const panic = memory.u64(goroutine + panicInGoroutine);
    if (panic === undefined || panic === 0n) continue;
    const text = panicText(runtime.module, memory, panic);
    if (text === undefined) continue;
    return {
      kind: "goPanic",
      words: `Go panic: ${text}`,
      evidence: `the panic of a goroutine at ${formatHex(panic)}`,
    };
  }
  return undefined;
}

/** What the runtime found wrong itself: a constant text, passed as its address and length. */
function fatalError(scene: CrashScene): DeathCause | undefined {
  const { memory, architecture } = scene.process.image;
  const at = positionOf(scene, (name) => /^runtime\.(throw|fatal)$/.test(name));
  const caller = scene.frames[at + 1];
  if (at < 0 || caller === undefined || architecture.name !== "x86_64") return undefined;
  const passed = constantsBeforeCall(memory, caller.frame.pc);
  const [text, length] = goArgumentRegisters.map((register) => passed.get(register));
  if (text === undefined || length === undefined) return undefined;
  const message = messageOf(memory, text, Number(length));
  if (message === undefined) return undefined;
  return {
    kind: "goPanic",
    words: `Go: fatal error: ${message}`,
    evidence: "what the runtime's throw was called with",
    blamed: at + 1,
  };
}

/** When a panic ends the program, errors and what has a text have been replaced by their text. */
function panicText(program: LoadedModule, memory: MemoryImage, panic: bigint): string | undefined {
  for (const offset of valueInPanic) {
    const type = memory.u64(panic + offset) ?? 0n;
    const value = memory.u64(panic + offset + 8n) ?? 0n;
    if (type < program.start || type >= program.end) continue;
    const kind = (memory.u8(type + kindInType) ?? 0) % 32;
    if (kind === kinds.int) {
      const number = memory.u64(value);
      return number === undefined ? undefined : String(BigInt.asIntN(64, number));
    }
    if (kind !== kinds.string) continue;
    const length = memory.u64(value + 8n) ?? 0n;
    return messageOf(memory, memory.u64(value) ?? 0n, Number(length));
  }
  return undefined;
}
