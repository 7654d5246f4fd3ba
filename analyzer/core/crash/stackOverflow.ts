import { formatBytes } from "../../base/figures";
import { formatHex } from "../../base/units";
import type { MemorySegment } from "../memorySegment";
import { protection } from "../memorySegment";
import { type CrashScene, stackPointerOf } from "./crashScene";
import type { DeathCause } from "./deathCause";

/** Below the stack pointer a function may use 128 bytes, and touches a page at a time when it takes many. */
const nearStackPointer = 64n << 10n;
/** A block of this size in one frame is what used the stack up, not recursion. */
const largeFrame = 32n << 10n;

/** A fault just below the mapping of the stack the thread ran on. */
export function stackOverflow(scene: CrashScene): DeathCause | undefined {
  const { signal, process } = scene;
  const { address } = signal;
  if ((signal.name !== "SIGSEGV" && signal.name !== "SIGBUS") || address === undefined) return undefined;
  const { memory } = process.image;
  const stackPointer = stackPointerOf(scene);
  const stack = stackAbove(scene);
  if (stack === undefined) return undefined;
  const hit = memory.segmentOf(address);
  const isGuard = hit === undefined || hit.protection === 0;
  if (!isGuard || address >= stack.start) return undefined;
  const distance = address > stackPointer ? address - stackPointer : stackPointer - address;
  // Either it touched what it was about to use, or what it had just taken reaches beyond the end.
  if (distance > nearStackPointer && stackPointer >= stack.start) return undefined;
  const size = formatBytes(Number(stack.end - stack.start));
  const evidence = `the address ${formatHex(address)} below the stack that begins at ${formatHex(stack.start)}, and the stack pointer ${formatHex(stackPointer)}`;
  const inner = scene.frames.slice(0, 2).map(({ frame }) => frame.frameAddress);
  const taken = inner.findIndex((end) => end !== undefined && end - stackPointer > largeFrame);
  if (taken >= 0) {
    const bytes = formatBytes(Number(inner[taken]! - stackPointer));
    return {
      kind: "stackOverflow",
      words: `stack overflow: ${bytes} of local variables on a stack of ${size}`,
      evidence,
      blamed: taken,
    };
  }
  return { kind: "stackOverflow", words: `stack overflow, all ${size} are used`, evidence };
}

/** The writable stretch that holds the thread's frames: where the stack pointer is, or right above it. */
function stackAbove(scene: CrashScene): MemorySegment | undefined {
  const { memory } = scene.process.image;
  const outer = scene.frames.findLast(({ frame }) => frame.frameAddress !== undefined)?.frame.frameAddress;
  for (const place of [stackPointerOf(scene), outer]) {
    const segment = place === undefined ? undefined : memory.segmentOf(place);
    if (segment !== undefined && (segment.protection & protection.write) !== 0) return segment;
  }
  return undefined;
}
