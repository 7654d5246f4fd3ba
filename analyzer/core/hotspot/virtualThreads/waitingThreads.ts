import type { JavaCode } from "../frames/javaCode";
import type { JavaObjects } from "../javaObjects";
import { FrozenStack } from "./frozenStack";
import { StackChunks } from "./stackChunks";

/** Words of all chunks that are looked at: they may overlap, and reach beyond the core. */
const mostWords = 1 << 26;
/** Of one thread: 8 MiB. */
const mostOfThread = 1 << 20;

/** A virtual thread that no carrier runs, and the words of its frames in the heap. */
export interface WaitingThread {
  readonly object: number;
  /** undefined where its frames cannot be followed. */
  readonly stack: FrozenStack | undefined;
  /** What may be addresses of objects, for where nothing else tells. */
  readonly words: () => readonly number[];
}

/** @param threads addresses of the objects */
export function* waitingThreads(
  objects: JavaObjects,
  code: JavaCode | undefined,
  threads: Iterable<number>,
): Generator<WaitingThread> {
  const { structs, klasses, references } = objects;
  const chunksOf = StackChunks.of(structs, klasses, references, code);
  const seen = new Set<number>();
  let left = mostWords;
  for (const object of threads) {
    const chunks = chunksOf?.ofThread(object, seen);
    if (chunks === undefined) continue;
    const words = () => {
      const found: number[] = [];
      let leftOfThread = mostOfThread;
      for (const chunk of chunks) {
        const wanted = Math.min(left, leftOfThread, (chunk.end - chunk.top) / 8);
        left -= wanted;
        leftOfThread -= wanted;
        addWords(found, objects, chunk.top, wanted);
      }
      return found;
    };
    yield { object, words, stack: code === undefined ? undefined : new FrozenStack(code, chunks) };
  }
}

/** Where a collector has been, references in frames are compressed: a word is taken both ways. */
function addWords(
  words: number[],
  { structs, layout, references }: JavaObjects,
  top: number,
  count: number,
): void {
  for (let at = top; at < top + 8 * count; at += 8) {
    const value = structs.words.u64(at);
    if (value <= 0) continue;
    // With ZGC some carry a colour.
    if (layout.hasColouredReferences) words.push(references.handleAt(at) ?? 0);
    words.push(value < 2 ** 32 && layout.hasNarrowReferences ? references.narrow(value) : value);
  }
}
