import { fieldOffset } from "../klassFields";
import { type Klass, type KlassTable, stackChunkClass } from "../klassTable";
import type { ObjectLayout } from "../objectLayout";
import type { ObjectReferences } from "../objectReferences";
import type { VmStructs } from "../vmStructs";

export const virtualThreadClass = "java/lang/VirtualThread";

/** `VirtualThread.state`: neither started nor ended threads hold frames. */
const notStarted = 0;
const ended = 99;
const mostChunks = 1 << 22;
/** Words of all chunks that are looked at. */
const mostWords = 1 << 26;

/** A virtual thread that no carrier runs, and the words of its frames in the heap. */
export interface WaitingThread {
  readonly object: number;
  /** What may be addresses of objects. */
  readonly words: readonly number[];
}

/**
 * The frames of virtual threads that wait are in the heap, in chunks (JDK 21 on). Where a collector has been there,
 * references in them are compressed: a word is taken both ways.
 * @param threads addresses of the objects
 */
export function* waitingThreads(
  structs: VmStructs,
  klasses: KlassTable,
  layout: ObjectLayout,
  references: ObjectReferences,
  threads: Iterable<number>,
): Generator<WaitingThread> {
  const fields = fieldsOfChunks(structs, klasses);
  if (fields === undefined) return;
  let left = mostWords;
  // A chunk is in one list only.
  const seen = new Set<number>();
  for (const object of threads) {
    const state = (structs.words.i32(object + fields.state) ?? ended) & 0xff;
    if (state === notStarted || state === ended) continue;
    const words: number[] = [];
    const continuation = references.fieldAt(object + fields.continuation) ?? 0;
    let chunk = continuation === 0 ? 0 : (references.fieldAt(continuation + fields.tail) ?? 0);
    while (chunk !== 0 && !seen.has(chunk) && seen.size < mostChunks) {
      seen.add(chunk);
      const size = structs.words.i32(chunk + fields.size) ?? 0;
      const top = Math.max(0, structs.words.i32(chunk + fields.top) ?? 0);
      const stack = chunk + fields.stack;
      for (let word = top; word < size && left > 0; word++, left--) {
        const value = structs.words.u64(stack + 8 * word);
        if (value <= 0) continue;
        // With ZGC some carry a colour.
        if (layout.hasColouredReferences) words.push(references.handleAt(stack + 8 * word) ?? 0);
        words.push(value < 2 ** 32 && layout.hasNarrowReferences ? references.narrow(value) : value);
      }
      chunk = references.fieldAt(chunk + fields.parent) ?? 0;
    }
    yield { object, words };
  }
}

function fieldsOfChunks(structs: VmStructs, klasses: KlassTable) {
  const thread = klasses.byNameOrUndefined(virtualThreadClass);
  const continuation = klasses.byNameOrUndefined("jdk/internal/vm/Continuation");
  const chunk = klasses.byNameOrUndefined(stackChunkClass);
  if (thread === undefined || continuation === undefined || chunk === undefined) return undefined;
  const at = (klass: Klass, name: string) => fieldOffset(structs, klass, name);
  const fields = {
    state: at(thread, "state"),
    continuation: at(thread, "cont"),
    tail: at(continuation, "tail"),
    size: at(chunk, "size"),
    top: at(chunk, "sp"),
    parent: at(chunk, "parent"),
  };
  return Object.values(fields).includes(undefined)
    ? undefined
    : {
        ...(fields as { readonly [name in keyof typeof fields]: number }),
        // Frames follow the fields.
        stack: chunk.layoutHelper - (chunk.layoutHelper % 8),
      };
}
