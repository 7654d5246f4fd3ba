import { protection } from "../memorySegment";
import { MemoryWords } from "../memoryWords";
import type { ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";

/** `MEMORY_TYPES_DO` of JDK 17, and what 18 added; used when the names' table is not in the core. */
const tagsOf17: readonly string[] = [
  ...["Java Heap", "Class", "Thread", "Thread Stack", "Code", "GC", "Compiler", "JVMCI", "Internal", "Other"],
  ...["Symbol", "Native Memory Tracking", "Shared class space", "Arena Chunk", "Test", "Tracing", "Logging"],
  ...["Statistics", "Arguments", "Module", "Safepoint", "Synchronization", "Serviceability", "Metaspace"],
  ...["String Deduplication", "Object Monitors", "Unknown"],
];
const tagsOf18: readonly string[] = [...tagsOf17.slice(0, 6), "GCCardSet", ...tagsOf17.slice(6)];

/** Tables of constants are small; larger read-only parts are strings and tables of other things. */
const largestTablePart = 16 << 20;
const mostTags = 64;
/** JDK 8 had 15 or so; shorter runs of these words are tables of other things. */
const fewestTags = 12;

/**
 * Names of NMT's categories in the order of their numbers, from the JVM's own table of them: an array of names
 * (to JDK 21 or so) or of {constant, name} pairs.
 */
export function nativeMemoryTagsOf(
  image: ProcessSnapshot,
  module: ProcessModule,
  words: MemoryWords,
  release: number | undefined,
): readonly string[] {
  const texts = new MemoryWords(image.memory, 128);
  const start = Number(module.start);
  const end = Number(module.end);
  const nameAt = (at: number) => {
    const pointer = words.u64(at);
    return pointer >= start && pointer < end ? texts.text(pointer) : undefined;
  };
  for (const segment of image.memory.segments) {
    if (segment.start < module.start || segment.start >= module.end) continue;
    if ((segment.protection & protection.execute) !== 0 || segment.dumpedBytes > largestTablePart) continue;
    const first = Number(segment.start);
    for (let at = first; at + 8 <= first + segment.dumpedBytes && at < 2 ** 53; at += 8) {
      if (nameAt(at) !== "Java Heap") continue;
      for (const stride of [8, 16]) {
        const names = readNames(nameAt, at, stride);
        if (names.length >= fewestTags && names[1] === "Class" && names[2] === "Thread") return names;
      }
    }
  }
  return release !== undefined && release < 18 ? tagsOf17 : tagsOf18;
}

/** The table ends with `Unknown`. */
function readNames(nameAt: (at: number) => string | undefined, start: number, stride: number): string[] {
  const names: string[] = [];
  for (let index = 0; index < mostTags; index++) {
    const name = nameAt(start + index * stride);
    if (name === undefined || name === "") break;
    names.push(name);
    if (name === "Unknown") break;
  }
  return names;
}
