import type { StackFrame } from "../../heap";
import type { DumpedThread } from "./dumpedRoots";

/** Threads as a saved index has them: a stack once for all that stand in it. */
export interface ThreadTable {
  readonly serials: Uint32Array;
  readonly objects: Int32Array;
  /** Positions in {@link frameLists}. */
  readonly stacks: Uint32Array;
  readonly frameLists: readonly (readonly StackFrame[])[];
}

export function packThreads(threads: readonly DumpedThread[]): ThreadTable {
  const stacks = new Map<readonly StackFrame[], number>();
  for (const { frames } of threads) if (!stacks.has(frames)) stacks.set(frames, stacks.size);
  return {
    serials: Uint32Array.from(threads, ({ serial }) => serial),
    objects: Int32Array.from(threads, ({ object }) => object),
    stacks: Uint32Array.from(threads, ({ frames }) => stacks.get(frames)!),
    frameLists: [...stacks.keys()],
  };
}

export function unpackThreads({ serials, objects, stacks, frameLists }: ThreadTable): DumpedThread[] {
  return Array.from(serials, (serial, index) => ({
    serial,
    object: objects[index]!,
    frames: frameLists[stacks[index]!] ?? [],
  }));
}
