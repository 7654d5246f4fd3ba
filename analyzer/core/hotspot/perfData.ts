import type { VmStructs } from "./vmStructs";

/** `perfMemory.hpp`: where the header tells where entries begin and how many there are. */
const magic = 0xcafec0c0;
const magicInMemory = 0xc0c0feca;
const header = { firstEntry: 24, entries: 28 } as const;
const entry = { bytes: 0, name: 4, vectorLength: 8, data: 16 } as const;
const mostEntries = 10_000;

/**
 * Counters and texts that the JVM publishes for tools like jstat: on unless it ran with -XX:-UsePerfData. They lie in a
 * mapped file, which cores have as long as shared pages of files are not left out.
 */
export function readPerfData(structs: VmStructs): ReadonlyMap<string, number | string> {
  const { words } = structs;
  const found = new Map<string, number | string>();
  const start = structs.staticWord(["PerfMemory", "_start"]);
  const end = structs.staticWord(["PerfMemory", "_top"]);
  if (!start || !end || end <= start) return found;
  // Written as bytes: which order the rest has is told by another byte, and is the machine's.
  const first = words.u32(start);
  if (first !== magic && first !== magicInMemory) return found;
  const count = Math.min(words.i32(start + header.entries) ?? 0, mostEntries);
  let at = start + (words.i32(start + header.firstEntry) ?? 0);
  for (let index = 0; index < count && at > start && at < end; index++) {
    const bytes = words.i32(at + entry.bytes) ?? 0;
    const nameAt = words.i32(at + entry.name) ?? 0;
    const dataAt = words.i32(at + entry.data) ?? 0;
    const length = words.i32(at + entry.vectorLength) ?? 0;
    if (bytes <= 0) break;
    const name = words.text(at + nameAt);
    const value = length > 0 ? words.text(at + dataAt) : words.u64(at + dataAt);
    if (name !== undefined && value !== undefined && value !== -1) found.set(name, value);
    at += bytes;
  }
  return found;
}
