import { moduleAt, ProcessMemory } from "../../build/processMemory";

const data = 0x7000_0000;
const heap = 0x8000_0000;
const categories = 27;
const counters = data + 0x100;
const list = data + 0x1000;
const nodes = data + 0x1100;

/** A JVM's library with nothing in it but what native memory tracking counted, as JDK 17 has it. */
export const trackedMemory = new ProcessMemory().segment(data, 0x4000).segment(heap, 0x1000);

export const trackedLibrary = moduleAt(1, "/opt/jdk/lib/server/libjvm.so", [data, data + 0x4000]);

for (let index = 0; index < categories; index++) {
  const bytes = 20_000 + index * 1000;
  trackedMemory.words(counters + 64 * index, 10 + index, bytes, 40, bytes * 2);
  trackedMemory.words(counters + 64 * index + 32, index, index * 512, index, index * 1024);
}
const sum = (value: (index: number) => number) =>
  Array.from({ length: categories }, (_, index) => value(index)).reduce((a, b) => a + b);
trackedMemory.words(
  counters + 64 * categories,
  sum((index) => 10 + index),
  sum((index) => 20_000 + index * 1000),
  1000,
  2_000_000,
);

// A variable that points at a list, whose head is the first of eight ranges; the fourth is the Java heap.
trackedMemory.words(data + 8, list).words(list + 8, nodes);
for (let index = 0; index < 8; index++) {
  const node = nodes + 0x100 * index;
  const start = index === 3 ? heap : index < 3 ? 0x1000_0000 * (index + 1) : heap + 0x100_0000 * index;
  trackedMemory.words(node, start, 0x10_0000);
  trackedMemory.words(node + 24, node + 0x80).words(node + 0x80 + 8, 0x1000);
  trackedMemory.words(node + 72, index === 3 ? 0 : index).words(node + 80, index === 7 ? 0 : node + 0x100);
}

/** Where the Java heap is. */
export const trackedHeap = { reserved: { start: heap, end: heap + 0x1000 } };
