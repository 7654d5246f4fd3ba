import type { StructureLog } from "../../memoryImage";
import type { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot, ThreadSnapshot } from "../../processSnapshot";
import type { Claim } from "../region";

/** glibc's `struct pthread` is about 2.3 KiB; stack block, size and guard stand in its second half. */
const descriptorBytes = 0xa00;
const largestStack = 8 * 2 ** 30;

/**
 * Stacks of all threads. A pthread's descriptor lies at the thread pointer and holds {stack block, size, guard},
 * recognised because the stack pointer and the descriptor itself lie in that block. The main thread's stack is the
 * segment its stack pointer is in; for others without a descriptor that is a guess.
 */
export function recogniseThreadStacks(
  image: ProcessSnapshot,
  words: MemoryWords,
  category: (isMain: boolean) => string,
): Claim[] {
  const claims: Claim[] = [];
  for (const thread of image.threads) {
    const stackPointer = Number(thread.registers[image.architecture.stackPointer] ?? 0n);
    const isMain = thread.lwp === image.process?.pid;
    const name = isMain ? "main thread" : `thread ${thread.lwp}`;
    const block = blockOf(thread, stackPointer, words, image.memory.structureLog);
    if (block !== undefined) {
      const common = { category: category(false), lwp: thread.lwp, exact: true };
      if (block.guard > 0)
        claims.push({
          ...common,
          start: block.start,
          end: block.start + block.guard,
          kind: "guard",
          label: `guard of ${name}`,
        });
      claims.push({
        ...common,
        start: block.start + block.guard,
        end: block.end,
        kind: "thread-stack",
        label: `stack of ${name}`,
      });
      continue;
    }
    const segment = image.memory.segmentOf(BigInt(stackPointer));
    if (segment === undefined || image.memory.mappingOf(segment.start) !== undefined) continue;
    claims.push({
      start: Number(segment.start),
      end: Number(segment.end),
      kind: "thread-stack",
      category: category(isMain),
      label: `stack of ${name}`,
      exact: isMain,
      lwp: thread.lwp,
    });
  }
  return claims;
}

function blockOf(
  thread: ThreadSnapshot,
  stackPointer: number,
  words: MemoryWords,
  structureLog: StructureLog | undefined,
): { readonly start: number; readonly end: number; readonly guard: number } | undefined {
  if (thread.threadPointer === undefined || thread.threadPointer >= 1n << 52n) return undefined;
  const descriptor = Number(thread.threadPointer);
  for (let at = descriptor; at < descriptor + descriptorBytes; at += 8) {
    const start = words.u64(at);
    if (start <= 0 || start % 4096 !== 0 || stackPointer < start) continue;
    const size = words.u64(at + 8);
    if (size <= 0 || size % 4096 !== 0 || size > largestStack || stackPointer >= start + size) continue;
    if (descriptor < start || descriptor >= start + size) continue;
    const guard = words.u64(at + 16);
    structureLog?.add(at, 24);
    return { start, end: start + size, guard: guard > 0 && guard < size && guard % 4096 === 0 ? guard : 0 };
  }
  return undefined;
}
