/** 40 MiB: glibc keeps smaller blocks for itself when they are let go of, and they are never seen again. */
const leastWords = 10 << 20;

/**
 * A larger copy of a stack that is full. Pages nobody writes to take no memory, so the first step is a large one: to a
 * block the system gets back.
 */
export function outgrown(stack: Uint32Array): Uint32Array<ArrayBuffer> {
  const bigger = new Uint32Array(Math.max(2 * stack.length, leastWords));
  bigger.set(stack);
  return bigger;
}
