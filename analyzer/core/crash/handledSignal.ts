import type { MemoryImage } from "../memoryImage";
import { fatalSignalOf } from "../signals";
import type { CrashScene } from "./crashScene";
import type { DeathCause } from "./deathCause";

/** From the stack pointer at the trampoline to `siginfo_t`: x86-64 has `ucontext` before it, aarch64 nothing. */
const infoOffsets = { x86_64: 304n, aarch64: 0n } as const;

/**
 * A handler that ends the process hides what it was called for: that signal is in the frame the kernel made, and its
 * cause is looked for where it struck.
 */
export function handledSignal(
  scene: CrashScene,
  causeOf: (scene: CrashScene) => DeathCause | undefined,
): DeathCause | undefined {
  const { frames, process } = scene;
  const { architecture, memory } = process.image;
  if (architecture.name !== "x86_64" && architecture.name !== "aarch64") return undefined;
  const at = frames.findIndex(({ frame }) => frame.isSignalFrame);
  const interrupted = frames[at + 1];
  if (at < 0 || interrupted === undefined) return undefined;
  const trampoline = frames[at]!.frame.registers[architecture.stackPointer];
  if (trampoline === undefined) return undefined;
  const signal =
    signalAt(memory, trampoline + infoOffsets[architecture.name]) ??
    (architecture.name === "x86_64" ? signalOfTrap(memory, trampoline) : undefined);
  if (signal === undefined || !deadly.has(signal.name)) return undefined;
  const inner: CrashScene = {
    ...scene,
    signal,
    registers: interrupted.frame.registers,
    frames: frames.slice(at + 1),
  };
  const cause = causeOf(inner);
  const blamed = at + 1 + (cause?.blamed ?? 0);
  // Runtimes raise the signal again after their handler has put the default action back.
  if (signal.name === scene.signal.name && signal.senderPid !== undefined)
    return cause && { ...cause, blamed };
  return {
    kind: cause?.kind ?? "sentSignal",
    words: `in the handler of ${signal.name}: ${cause?.words ?? signal.description}`,
    evidence: cause?.evidence ?? "the kernel's frame of the handler",
    blamed,
  };
}

/** Signals that would have ended the process without the handler. */
const deadly = new Set(["SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIGABRT", "SIGTRAP", "SIGSYS"]);

/**
 * Errors of the processor by number (Intel SDM volume 3, table 6-1) and the signals Linux makes of them. That of a
 * division is 0, as it is when there was none.
 */
const traps: ReadonlyMap<bigint, readonly [signal: number, code: number]> = new Map([
  [3n, [5, 1]],
  [6n, [4, 2]],
  [13n, [11, 128]],
  [14n, [11, 1]],
]);

/** A handler without SA_SIGINFO gets no siginfo: the saved registers tell, `err`, `trapno` and `cr2` among them. */
function signalOfTrap(memory: MemoryImage, context: bigint) {
  const word = (index: number) => memory.u64(context + BigInt(40 + 8 * index));
  const error = word(19);
  const trap = traps.get(word(20) ?? -1n);
  if (trap === undefined || error === undefined) return undefined;
  const [number, kind] = trap;
  const isPageFault = number === 11 && kind === 1;
  // Bit 0: the page is there, but may not be used this way.
  const code = isPageFault && (error & 1n) === 1n ? 2 : kind;
  const address = (isPageFault ? word(22) : word(16)) ?? 0n;
  return fatalSignalOf(number, { number, errno: 0, code, address, senderPid: 0, senderUid: 0 });
}

function signalAt(memory: MemoryImage, address: bigint) {
  const number = memory.i32(address);
  const errno = memory.i32(address + 4n);
  const code = memory.i32(address + 8n);
  const fault = memory.u64(address + 16n);
  if (number === undefined || errno === undefined || code === undefined || fault === undefined)
    return undefined;
  if (number === 0) return undefined;
  const pid = memory.i32(address + 16n) ?? 0;
  const info = { number, errno, code, address: fault, senderPid: pid, senderUid: 0 };
  return fatalSignalOf(number, info);
}
