import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { conditionAt } from "../../../../analyzer/core/locks/conditionVariable";
import { MemoryImage } from "../../../../analyzer/core/memoryImage";

/** Memory at 0x1000 with 32-bit words behind a condition variable at 0x1100, by their distance. */
function memoryOf(words: Readonly<Record<number, number>>, pointerBytes: 4 | 8): MemoryImage {
  const bytes = new Uint8Array(1024).fill(0xab);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 48; at += 4) view.setUint32(0x100 + at, 0, true);
  for (const [at, word] of Object.entries(words)) view.setUint32(0x100 + Number(at), word, true);
  const segment = { start: 0x1000n, end: 0x1400n, fileOffset: 0, fileBytes: 1024, dumpedBytes: 1024 };
  const segments = [{ ...segment, protection: 6 }];
  return new MemoryImage(new BytesSource("core", bytes), segments, [], { pointerBytes, littleEndian: true });
}

/** Three threads wait; two had waited before and were woken. As glibc writes it down, by its versions. */
const layouts = [
  // Sequence 10 (five waited), start 4; six references in the second group; three waiters.
  ["2.25 to 2.40", { 0: 10, 8: 4, 20: 6, 28: 3, 32: 2, 36: 24 }, [40, 44]],
  ["2.41 and newer", { 0: 10, 8: 4, 20: 3, 24: 2, 28: 24 }, [32, 36]],
  // Lock, word; five waited, two were woken and went on; the mutex.
  ["until 2.24", { 4: 7, 8: 5, 16: 2, 24: 2, 32: 0x1200, 40: 6 }, [4]],
] as const;

describe.each([8, 4] as const)("with pointers of %i bytes, a condition variable of glibc", (pointerBytes) => {
  it.each(layouts)("%s is found from the word that is slept on", (_, words, slept) => {
    const memory = memoryOf(words, pointerBytes);
    for (const distance of slept) {
      const found = conditionAt(0x1100n + BigInt(distance), memory);
      expect(`${distance}: ${found.toString(16)}`).toBe(`${distance}: 1100`);
    }
  });
});
