import type { JavaThread } from "../javaThreads";
import type { VmStructs } from "../vmStructs";

/** Where Java was left for native code. */
export interface FrameAnchor {
  readonly sp: number;
  readonly pc: number;
  readonly fp: number;
}

/** The anchor at an address; undefined when it is not set. */
export function anchorAt(structs: VmStructs, address: number): FrameAnchor | undefined {
  const sp = structs.word(address, ["JavaFrameAnchor", "_last_Java_sp"]);
  if (!sp) return undefined;
  const noted = structs.word(address, ["JavaFrameAnchor", "_last_Java_pc"]);
  // Without one the return address is on top of the stack.
  const pc = noted || structs.wordAt(sp - 8);
  const fp = structs.word(address, ["JavaFrameAnchor", "_last_Java_fp"]) ?? 0;
  return pc ? { sp, pc, fp } : undefined;
}

/** The anchor of a thread whose stack has an address; undefined when it lies below that, or is not set. */
export function noted(
  structs: VmStructs,
  threads: readonly JavaThread[],
  stackPointer: number,
): FrameAnchor | undefined {
  const thread = threads.find(
    ({ stack }) => stack !== undefined && stackPointer >= stack.start && stackPointer < stack.end,
  );
  const at = structs.offset(["JavaThread", "_anchor"]);
  if (thread === undefined || at === undefined) return undefined;
  const anchor = anchorAt(structs, thread.address + at);
  return anchor !== undefined && anchor.sp >= stackPointer ? anchor : undefined;
}
