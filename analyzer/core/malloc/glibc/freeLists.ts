import type { MemoryWords } from "../../memoryWords";
import { type GlibcLayout, sizeOf, unprotect } from "./layout";

/**
 * Follows one singly linked free list from its head; stops at the end, at nonsense and after `most` elements.
 * @param linkAt where the link is in an element: fast bins link chunks, thread caches link user memory
 */
export function* freeList(
  words: MemoryWords,
  head: number,
  linkAt: number,
  safeLinking: boolean,
  most: number,
): Generator<number> {
  let at = head;
  for (let count = 0; at > 0 && at % 8 === 0 && count < most; count++) {
    yield at;
    const position = at + linkAt;
    const stored = words.pointer(position);
    if (stored < 0) return;
    at = safeLinking ? unprotect(position, stored) : stored;
  }
}

/**
 * Tells by an element of a fast bin whether links are protected (since glibc 2.32).
 * @returns undefined when no fast bin has one
 */
export function usesSafeLinking(
  words: MemoryWords,
  heads: Iterable<number>,
  { headerBytes, pointerBytes }: GlibcLayout,
): boolean | undefined {
  for (const head of heads) {
    if (head === 0) continue;
    const position = head + headerBytes;
    const stored = words.pointer(position);
    if (stored < 0) continue;
    // A protected link of the last element is the field's address >> 12, a plain one 0.
    const plain = unprotect(position, stored);
    if (plain === 0) return true;
    return plain % 8 === 0 && sizeOf(words.pointer(plain + pointerBytes)) > 0;
  }
  return undefined;
}
