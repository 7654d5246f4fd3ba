import type { LoadedProcess } from "../loadedProcess";
import type { LoadedModule } from "../modules/loadedModule";
import type { ThreadSnapshot } from "../processSnapshot";
import type { Registers } from "../registers";
import { SplicedStack } from "../unwind/splicedStack";
import type { Frame, Stack } from "../unwind/stack";
import type { Goroutine } from "./goroutine";

/** Frames of the runtime's own stack above a goroutine's; a few in all real programs. */
const mostInnerFrames = 256;

/** Where a goroutine goes on, as the scheduler or the entry to a system call kept it. */
export interface KeptPlace {
  readonly registers: Registers;
  readonly isInCall: boolean;
}

export function keptPlace(goroutine: Goroutine, process: LoadedProcess): KeptPlace {
  const { registerNames, programCounter, stackPointer, framePointer } = process.image.architecture;
  const registers: (bigint | undefined)[] = registerNames.map(() => undefined);
  registers[programCounter] = goroutine.pc;
  registers[stackPointer] = goroutine.sp;
  if (goroutine.framePointer !== 0n) registers[framePointer] = goroutine.framePointer;
  const module = process.moduleAt(goroutine.pc);
  const relative = module?.relative(goroutine.pc);
  // One that has not begun yet stands at its function's first instruction.
  const isAtEntry = relative !== undefined && module?.go?.lines.functionAt(relative)?.entry === relative;
  return { registers, isInCall: !isAtEntry };
}

/** True for the functions that go from a goroutine's stack to that of its thread. */
function leavesGoroutine({ module, lookupAddress }: Frame<LoadedModule>): boolean {
  const name = module?.go?.lines.functionAt(module.relative(lookupAddress))?.name;
  return name !== undefined && /^runtime\.(asmcgocall|systemstack|mcall|morestack)$/.test(name);
}

/**
 * The stack of a goroutine that runs: its thread's, when that is on the goroutine's stack or leads to it. Otherwise the
 * thread is on a stack of the runtime, and the goroutine's is what the scheduler kept when it left it.
 */
export function runningStack(
  goroutine: Goroutine,
  thread: ThreadSnapshot,
  process: LoadedProcess,
): Stack<LoadedModule> {
  const own = process.stackOf(thread);
  const { stackPointer } = process.image.architecture;
  let inner = 0;
  for (; inner < mostInnerFrames; inner++) {
    const frame = own.frameAt(inner);
    if (frame === undefined) break;
    const sp = frame.registers[stackPointer];
    if (sp !== undefined && sp >= goroutine.stackStart && sp < goroutine.stackEnd) return own;
    if (leavesGoroutine(frame)) {
      inner++;
      break;
    }
  }
  return new SplicedStack(own, inner, process.freshStackOf(keptPlace(goroutine, process)));
}
