import { describe, expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { architectures } from "../../../../analyzer/core/architecture";
import { markBlocks } from "../../../../analyzer/core/malloc/blockMarks";
import { referrersOf } from "../../../../analyzer/core/malloc/blockReferrers";
import { ChunkTable } from "../../../../analyzer/core/malloc/chunkTable";
import type { MallocHeap } from "../../../../analyzer/core/malloc/mallocHeap";
import { recogniseBlocks } from "../../../../analyzer/core/malloc/patterns/recognise";
import { findProcessStrings } from "../../../../analyzer/core/processStrings";
import { ProcessMemory } from "../../../build/processMemory";

const data = 0x60_0000;
const heap = 0x70_0000;
const stack = 0x7f_0000;
const blockBytes = 64;
const [listed, last, held, leaked] = [0, 1, 2, 3].map((index) => heap + index * blockBytes) as [
  number,
  number,
  number,
  number,
];

/** A list in the data with two nodes, the second of which holds a block; another block is held by nobody. */
function processOf(machine: keyof typeof architectures) {
  const architecture = architectures[machine];
  const word = architecture.pointerBytes;
  const memory = new ProcessMemory(architecture.littleEndian)
    .segment(data, 4096)
    .segment(heap, 4096)
    .segment(stack, 4096);
  const put = (address: number, ...values: number[]) =>
    values.forEach((value, index) => {
      if (word === 8) memory.words(address + index * 8, value);
      else memory.int(address + index * 4, value);
    });
  put(data, listed, last);
  put(listed, last, data);
  put(last, data, listed, held);
  // argc, arguments, 0, environment, 0, auxiliary vector; then the texts.
  const texts = stack + 0x800;
  memory.write(texts, new TextEncoder().encode("shop\0LANG=C\0"));
  put(stack + 0x400, 1, texts, 0, texts + 5, 0, 6, 4096, 31, texts, 0, 0);
  const process = memory.process(memory.bytes(), [], stack + 0x300, architecture);
  const blocks = new ChunkTable({ block: 0, mapped: 0 });
  for (const start of [listed, last, held, leaked]) blocks.add(start, blockBytes);
  const spans = [{ start: heap, end: heap + 4096, index: 0, isMain: true }];
  const found = { blocks, spans, structures: [], mapped: { blocks: [] }, allocator: { name: "glibc" } };
  return { process, heap: found as unknown as MallocHeap };
}

describe.each(["x86_64", "i386", "s390x"] as const)("words of memory of %s", (machine) => {
  const { process, heap: blocks } = processOf(machine);
  const word = process.memory.pointerBytes;

  it("hold blocks in the machine's order of bytes", () => {
    const marks = markBlocks(process, blocks, unwatched);
    expect([0, 1, 2, 3].map((index) => marks.isReached(index))).toEqual([true, true, true, false]);
    expect(marks.holdersOf(2)).toEqual([
      { in: "memory", at: last + 2 * word },
      { in: "memory", at: data + word },
    ]);
    expect(referrersOf(process, held, held + blockBytes, unwatched)).toEqual([
      { at: last + 2 * word, to: held },
    ]);
    const patterns = recogniseBlocks(process, blocks, unwatched);
    expect([0, 1, 2, 3].map((index) => patterns.of(index))).toEqual([
      "std::list node",
      "std::list node",
      undefined,
      undefined,
    ]);
  });

  it("have arguments and environment in the machine's order of bytes", () => {
    const vector = new Map([
      [6, 4096n],
      [31, BigInt(stack + 0x800)],
    ]);
    expect(findProcessStrings(process.memory, vector)).toMatchObject({
      arguments: ["shop"],
      environment: ["LANG=C"],
    });
  });
});
