import type { PythonMemory } from "./pythonMemory";

const fields = { used: 24, mask: 32, table: 40 } as const;
const mostSlots = 1 << 20;

/** Items in the order of the set's table, which is that in which Python goes through it. */
export function setItems(python: PythonMemory, address: number): number[] {
  const mask = python.word(address + fields.mask);
  const table = python.pointer(address + fields.table);
  if (mask === undefined || table === undefined || (mask & (mask + 1)) !== 0) return [];
  const words = python.pointers(table, 2 * Math.min(mask + 1, mostSlots));
  const items: number[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const item = words[at]!;
    if (item !== 0 && !isGone(python, table + 8 * at)) items.push(item);
  }
  return items;
}

/** The hash of an entry that was taken out is -1, which no object has. */
function isGone(python: PythonMemory, entry: number): boolean {
  return python.signed(entry + 8) === -1n;
}
