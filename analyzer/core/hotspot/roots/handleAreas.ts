import type { JavaThread } from "../javaThreads";
import type { VmStructs } from "../vmStructs";

/** Offsets not among the JVM's tables, alike in 11 to 25: of a `HandleMark` (its thread, its area) and of a chunk. */
const markFields = { thread: 0, area: 8 } as const;
const chunkFields = { next: 0, length: 8 } as const;
/** Chunk the list begins with, chunk being filled, end of what is filled, end of that chunk: somewhere in an area. */
const areaWords = 4;
const mostWordsBefore = 4;
/** Headers of chunks of two releases, in words. */
const mostHeaderWords = 4;

const usualThreadBytes = 1200;
const mostThreadBytes = 1 << 14;
const mostChunks = 1 << 16;
const mostChunkBytes = 1 << 20;
/** One more thread may have been starting or ending. */
const leastShare = 0.9;

interface HandleArea {
  readonly first: number;
  readonly filled: number;
  readonly filledTo: number;
  readonly end: number;
}

/**
 * What the JVM's own code holds by handles: they lie in an area of each thread. Where a thread has its area is not told:
 * it is the place where nearly every thread has a mark that leads back to it.
 * @returns words that may be addresses of objects; undefined for a thread whose area was not found
 */
export function newHandleAreas(
  structs: VmStructs,
  threads: readonly JavaThread[],
): (thread: JavaThread) => number[] | undefined {
  const at = placeOfMarks(structs, threads);
  return ({ address }) => {
    const area = at === undefined ? undefined : areaOf(structs, address, at);
    return area && wordsIn(structs, area);
  };
}

function placeOfMarks(structs: VmStructs, threads: readonly JavaThread[]): number | undefined {
  const bytes = Math.min(structs.sizeOfType("JavaThread") ?? usualThreadBytes, mostThreadBytes);
  for (let at = 8; at < bytes; at += 8) {
    // Most places are ruled out by the first thread or two.
    let others = 0;
    const mostOthers = threads.length * (1 - leastShare);
    for (const { address } of threads)
      if (areaOf(structs, address, at) === undefined && ++others > mostOthers) break;
    if (threads.length > 0 && others <= mostOthers) return at;
  }
  return undefined;
}

function areaOf(structs: VmStructs, thread: number, at: number): HandleArea | undefined {
  const mark = structs.wordAt(thread + at);
  if (!mark || mark % 8 !== 0 || structs.wordAt(mark + markFields.thread) !== thread) return undefined;
  const area = structs.wordAt(mark + markFields.area);
  if (!area || area % 8 !== 0) return undefined;
  for (let word = 1; word <= mostWordsBefore; word++) {
    const [first, filled, filledTo, end] = Array.from({ length: areaWords }, (_, index) =>
      structs.wordAt(area + 8 * (word + index)),
    );
    if (!first || !filled || !filledTo || !end) continue;
    if (lengthOfChunk(structs, first) === 0 || lengthOfChunk(structs, filled) === 0) continue;
    if (filled < filledTo && filledTo <= end && end - filled <= mostChunkBytes)
      return { first, filled, filledTo, end };
  }
  return undefined;
}

/** 0 of what is not a chunk. */
function lengthOfChunk(structs: VmStructs, chunk: number): number {
  const length = chunk % 8 === 0 ? structs.wordAt(chunk + chunkFields.length) : undefined;
  return length !== undefined && length % 8 === 0 && length <= mostChunkBytes ? length : 0;
}

function wordsIn(structs: VmStructs, { first, filled, filledTo }: HandleArea): number[] {
  const words: number[] = [];
  let chunks = 0;
  for (let chunk: number | undefined = first; chunk && chunk % 8 === 0 && chunks < mostChunks; chunks++) {
    const length = structs.wordAt(chunk + chunkFields.length) ?? 0;
    const end = chunk === filled ? filledTo : chunk + Math.min(length, mostChunkBytes) + 8 * mostHeaderWords;
    for (let at = chunk + 8; at < end; at += 8) {
      const word = structs.wordAt(at);
      if (word) words.push(word);
    }
    if (chunk === filled) break;
    chunk = structs.wordAt(chunk + chunkFields.next);
  }
  return words;
}
