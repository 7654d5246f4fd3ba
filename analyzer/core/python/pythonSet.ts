import type { PythonMemory } from "./pythonMemory";

const fields = { used: 24, mask: 32, table: 40 } as const;
/** A table has up to four times as many slots as items. */
export const mostSetItems = 1 << 20;
const mostSlots = 4 * mostSetItems;

/** The first items in the order of the set's table, which is that in which Python goes through it. */
export function setItems(python: PythonMemory, address: number, most = mostSetItems): number[] {
  const mask = python.word(address + fields.mask);
  const table = python.pointer(address + fields.table);
  if (mask === undefined || table === undefined || (mask & (mask + 1)) !== 0) return [];
  // A table is never so empty that a few items are not near its start.
  const words = python.pointers(table, 2 * Math.min(mask + 1, mostSlots, 64 * most));
  const items: number[] = [];
  for (let at = 0; at + 1 < words.length && items.length < most; at += 2) {
    const item = words[at]!;
    if (item !== 0 && !isGone(python, table + 8 * at)) items.push(item);
  }
  return items;
}

export function setSize(python: PythonMemory, address: number): number {
  return python.word(address + fields.used) ?? 0;
}

/** The hash of an entry that was taken out is -1, which no object has. */
function isGone(python: PythonMemory, entry: number): boolean {
  return python.signed(entry + 8) === -1n;
}
