import type { DebugType } from "../../../formats/dwarf/types";
import { strippedType } from "../../../formats/dwarf/types";
import { valueAt } from "../partValues";
import type { Printed, ProcessView, ValuePart } from "../processView";
import { fieldOf, goSizeOf, targetOf } from "./goTypes";
import { pointerAt } from "./nodes";
import { mostElements } from "./printer";

/** Slots of a group, and of a bucket. */
const slots = 8;
/** Tables of a directory, groups or buckets of a whole map, levels of an array of buckets: more are damage. */
const mostTables = 1 << 20;
const mostLookedAt = mostElements;
const highestShift = 40;

interface Entry {
  readonly key: bigint;
  readonly value: bigint;
}

/** A map as people think of it: its entries, in the order they lie. */
export function mapParts(
  count: bigint,
  entries: Iterable<Entry>,
  keyType: DebugType,
  valueType: DebugType,
  process: ProcessView,
): Printed {
  const walk = entries[Symbol.iterator]();
  const found: Entry[] = [];
  const total = Number(count < BigInt(mostElements) ? count : BigInt(mostElements));
  const page = (start: number, wanted: number): ValuePart[] => {
    while (found.length < Math.min(total, start + wanted)) {
      const next = walk.next();
      if (next.done) break;
      found.push(next.value);
    }
    return found.slice(start, start + wanted).map(({ key, value }, index) => ({
      name: `[${start + index}]`,
      key: valueAt(keyType, key, process),
      value: valueAt(valueType, value, process),
    }));
  };
  return { prefix: `len ${count} `, children: { count: total, isIndexed: false, page } };
}

/** Go 1.24 and later: groups of eight slots, in tables of a directory; a small map is a group. */
export function swissMap(address: bigint, type: DebugType, process: ProcessView): Printed | undefined {
  const directory = fieldOf(type, "dirPtr");
  const length = fieldOf(type, "dirLen");
  const used = fieldOf(type, "used");
  const table = targetOf(targetOf(directory?.type));
  const groups = fieldOf(table, "groups");
  const data = fieldOf(groups?.type, "data");
  const mask = fieldOf(groups?.type, "lengthMask");
  const group = targetOf(data?.type);
  const slotArray = fieldOf(group, "slots");
  const array = slotArray && strippedType(slotArray.type);
  if (directory === undefined || length === undefined || used === undefined || group === undefined)
    return undefined;
  if (groups === undefined || data === undefined || mask === undefined || array?.kind !== "array")
    return undefined;
  const slot = array.element();
  const [key, value] = [fieldOf(slot, "key"), fieldOf(slot, "elem")];
  const [slotBytes, groupBytes] = [goSizeOf(slot, process), goSizeOf(group, process)];
  const count = pointerAt(process, address + used.offset);
  const tables = pointerAt(process, address + length.offset);
  const first = pointerAt(process, address + directory.offset);
  if (key === undefined || value === undefined || slotBytes === undefined || groupBytes === undefined)
    return undefined;
  if (count === undefined || tables === undefined || first === undefined) return undefined;
  function* inGroup(at: bigint): Generator<Entry> {
    const control = process.readMemory(at, slots);
    if (control === undefined) return;
    for (let index = 0; index < slots; index++) {
      // Empty and deleted slots have the highest bit.
      if (control[index]! >= 128) continue;
      const entry = at + slotArray!.offset + BigInt(index) * slotBytes!;
      yield { key: entry + key!.offset, value: entry + value!.offset };
    }
  }
  function* entries(): Generator<Entry> {
    if (tables === 0n) {
      if (first !== 0n) yield* inGroup(first!);
      return;
    }
    const seen = new Set<bigint>();
    let rest = mostLookedAt;
    for (let index = 0n; index < tables! && index < BigInt(mostTables) && rest > 0; index++) {
      const at = pointerAt(process, first! + 8n * index);
      // A table that was not split yet stands in the directory more than once.
      if (at === undefined || at === 0n || seen.has(at)) continue;
      seen.add(at);
      const start = pointerAt(process, at + groups!.offset + data!.offset);
      const last = pointerAt(process, at + groups!.offset + mask!.offset);
      if (start === undefined || last === undefined) continue;
      for (let number = 0n; number <= last && rest > 0; number++, rest--)
        yield* inGroup(start + number * groupBytes!);
    }
  }
  return mapParts(count, entries(), key.type, value.type, process);
}

/** Up to Go 1.23: arrays of buckets with eight slots, of which the old one is emptied as the map grows. */
export function bucketMap(address: bigint, type: DebugType, process: ProcessView): Printed | undefined {
  const names = ["count", "flags", "B", "buckets", "oldbuckets"] as const;
  const fields = names.map((name) => fieldOf(type, name));
  const bucket = targetOf(fields[3]?.type);
  const parts = ["tophash", "keys", "values", "overflow"].map((name) => fieldOf(bucket, name));
  const [keys, values] = [parts[1] && strippedType(parts[1].type), parts[2] && strippedType(parts[2].type)];
  const bucketBytes = bucket && goSizeOf(bucket, process);
  if (fields.includes(undefined) || parts.includes(undefined) || bucketBytes === undefined) return undefined;
  if (keys?.kind !== "array" || values?.kind !== "array") return undefined;
  const [keyType, valueType] = [keys.element(), values.element()];
  const [keyBytes, valueBytes] = [goSizeOf(keyType, process), goSizeOf(valueType, process)];
  const offsetOf = (index: number) => fields[index]!.offset;
  const partAt = (index: number) => parts[index]!.offset;
  const count = pointerAt(process, address + offsetOf(0));
  const flags = process.readMemory(address + offsetOf(1), 1)?.[0];
  const shift = process.readMemory(address + offsetOf(2), 1)?.[0];
  const current = pointerAt(process, address + offsetOf(3));
  const old = pointerAt(process, address + offsetOf(4));
  if (keyBytes === undefined || valueBytes === undefined || count === undefined || flags === undefined)
    return undefined;
  if (shift === undefined || shift > highestShift || current === undefined || old === undefined)
    return undefined;
  let rest = mostLookedAt;
  function* inBuckets(start: bigint, number: bigint): Generator<Entry> {
    for (let index = 0n; index < number && rest > 0; index++, rest--) {
      let at = start + index * bucketBytes!;
      const head = process.readMemory(at + partAt(0), 1)?.[0];
      // Marks of a bucket whose entries have moved.
      if (head === undefined || (head >= evacuated.first && head <= evacuated.last)) continue;
      for (; at !== 0n && rest > 0; rest--) {
        const tops = process.readMemory(at + partAt(0), slots);
        if (tops === undefined) break;
        for (let slot = 0n; slot < BigInt(slots); slot++) {
          if (tops[Number(slot)]! < firstHash) continue;
          yield { key: at + partAt(1) + slot * keyBytes!, value: at + partAt(2) + slot * valueBytes! };
        }
        at = pointerAt(process, at + partAt(3)) ?? 0n;
      }
    }
  }
  function* entries(): Generator<Entry> {
    const buckets = 1n << BigInt(shift!);
    if (current !== 0n) yield* inBuckets(current!, buckets);
    const growsInPlace = Math.floor(flags! / 8) % 2 === 1;
    if (old !== 0n) yield* inBuckets(old!, growsInPlace ? buckets : buckets / 2n);
  }
  return mapParts(count, entries(), keyType, valueType, process);
}

/** Bytes of `tophash` below these say something of the slot instead. */
const firstHash = 5;
const evacuated = { first: 2, last: 4 } as const;
