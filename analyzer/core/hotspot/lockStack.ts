import type { VmStructs } from "./vmStructs";

/** HotSpot's `LockStack::CAPACITY`. */
const mostLocks = 8;
/** `LockStack::_base` where the tables do not tell it. */
const usualBase = 16;

/** Where a thread notes the objects it has locked lightly (JDK 21 and later), outermost first. */
export function lockStackSlots(structs: VmStructs, thread: number): number[] {
  const stack = structs.offset(["JavaThread", "_lock_stack"]);
  const top = structs.offset(["LockStack", "_top"]);
  if (stack === undefined || top === undefined) return [];
  const first = stack + (structs.offset(["LockStack", "_base[0]"]) ?? usualBase);
  // The offset in the thread of the next free slot.
  const end = structs.words.u32(thread + stack + top);
  const count = Math.min(mostLocks, Math.max(0, Math.floor((end - first) / 8)));
  return Array.from({ length: count }, (_, index) => thread + first + 8 * index);
}
