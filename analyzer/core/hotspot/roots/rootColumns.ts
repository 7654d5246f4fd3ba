import type { HeapRoot, RootFrame, RootThread } from "./heapRoot";
import { jvmRootKinds, type RootListColumns } from "./rootList";

/**
 * Roots and threads as plain columns, which are kept with the index: stacks are followed once, and the file that is made
 * of the heap begins with the same bytes each time, whatever files of modules are there by then.
 */
export interface RootColumns extends RootListColumns {
  readonly threadObjects: Float64Array;
  /** Which stack a thread has: those that stand in the same places share one. */
  readonly threadStacks: Uint32Array;
  /** Frames of a stack: [frameStarts[k], frameStarts[k+1]). */
  readonly frameStarts: Uint32Array;
  readonly frameKlasses: Float64Array;
  /** Of each frame: method, signature and file as positions in {@link texts}, -1 for none; line. */
  readonly frameRows: Int32Array;
  readonly texts: readonly string[];
}

const rowWords = 4;

export function rootColumnsOf(roots: RootListColumns, threads: readonly RootThread[]): RootColumns {
  const stacks = new Map<readonly RootFrame[], number>();
  for (const { frames } of threads) if (!stacks.has(frames)) stacks.set(frames, stacks.size);
  const frameCount = [...stacks.keys()].reduce((sum, frames) => sum + frames.length, 0);
  const columns = {
    ...roots,
    threadObjects: Float64Array.from(threads, ({ object }) => object),
    threadStacks: Uint32Array.from(threads, ({ frames }) => stacks.get(frames)!),
    frameStarts: new Uint32Array(stacks.size + 1),
    frameKlasses: new Float64Array(frameCount),
    frameRows: new Int32Array(rowWords * frameCount),
  };
  const texts = new Map<string, number>();
  const numberOf = (text: string | undefined): number => {
    if (text === undefined) return -1;
    const known = texts.get(text) ?? texts.size;
    texts.set(text, known);
    return known;
  };
  let at = 0;
  for (const [frames, index] of stacks) {
    for (const { klass, method, signature, file, line } of frames) {
      columns.frameKlasses[at] = klass;
      columns.frameRows.set([numberOf(method), numberOf(signature), numberOf(file), line], rowWords * at++);
    }
    columns.frameStarts[index + 1] = at;
  }
  return { ...columns, texts: [...texts.keys()] };
}

export function* rootsIn({ kinds, objects, threads, frames }: RootColumns): Generator<HeapRoot> {
  for (let index = 0; index < kinds.length; index++) {
    const kind = jvmRootKinds[kinds[index]!]!;
    const object = objects[index]!;
    const thread = threads[index]!;
    switch (kind) {
      case "jni-local":
      case "java-frame":
        yield { kind, object, thread, frame: frames[index]! };
        break;
      case "thread-block":
      case "native-stack":
        yield { kind, object, thread };
        break;
      default:
        yield { kind, object };
    }
  }
}

/** Frames that are the same are one object, and so are stacks. */
export function threadsIn(columns: RootColumns): RootThread[] {
  const { threadObjects, threadStacks, frameStarts, frameKlasses, frameRows, texts } = columns;
  const known = new Map<string, RootFrame>();
  const frameAt = (index: number): RootFrame => {
    const row = frameRows.subarray(rowWords * index, rowWords * (index + 1));
    const key = `${frameKlasses[index]} ${row.join()}`;
    const frame = known.get(key) ?? frameOf(index, row);
    known.set(key, frame);
    return frame;
  };
  const frameOf = (index: number, [method, signature, file, line]: Int32Array): RootFrame => {
    return {
      klass: frameKlasses[index]!,
      method: texts[method!]!,
      signature: texts[signature!]!,
      ...(file! >= 0 && { file: texts[file!]! }),
      line: line!,
    };
  };
  const stacks = Array.from({ length: frameStarts.length - 1 }, (_, stack) => {
    const start = frameStarts[stack]!;
    return Array.from({ length: frameStarts[stack + 1]! - start }, (__, index) => frameAt(start + index));
  });
  return Array.from(threadObjects, (object, thread) => ({ object, frames: stacks[threadStacks[thread]!]! }));
}
