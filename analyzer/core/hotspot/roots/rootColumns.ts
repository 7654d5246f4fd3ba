import type { HeapRoot, RootFrame, RootThread } from "./heapRoot";

/**
 * Roots and threads as plain columns, which are kept with the index: stacks are followed once, and the file that is made
 * of the heap begins with the same bytes each time, whatever files of modules are there by then.
 */
export interface RootColumns {
  /** Positions in {@link rootKinds}. */
  readonly kinds: Uint8Array;
  readonly objects: Float64Array;
  readonly threads: Int32Array;
  readonly frames: Int32Array;
  readonly threadObjects: Float64Array;
  /** Frames of a thread: [frameStarts[k], frameStarts[k+1]). */
  readonly frameStarts: Uint32Array;
  readonly frameKlasses: Float64Array;
  /** Of each frame: method, signature and file as positions in {@link texts}, -1 for none; line. */
  readonly frameRows: Int32Array;
  readonly texts: readonly string[];
}

const rootKinds = [
  "sticky-class",
  "monitor-used",
  "vm-internal",
  "jni-global",
  "jni-local",
  "java-frame",
  "thread-block",
  "native-stack",
] as const satisfies readonly HeapRoot["kind"][];
const kindNumbers = new Map<string, number>(rootKinds.map((kind, number) => [kind, number]));
const rowWords = 4;

export function rootColumnsOf(roots: readonly HeapRoot[], threads: readonly RootThread[]): RootColumns {
  const frameCount = threads.reduce((sum, { frames }) => sum + frames.length, 0);
  const columns = {
    kinds: new Uint8Array(new SharedArrayBuffer(roots.length)),
    objects: new Float64Array(new SharedArrayBuffer(8 * roots.length)),
    threads: new Int32Array(new SharedArrayBuffer(4 * roots.length)),
    frames: new Int32Array(new SharedArrayBuffer(4 * roots.length)),
    threadObjects: Float64Array.from(threads, ({ object }) => object),
    frameStarts: new Uint32Array(threads.length + 1),
    frameKlasses: new Float64Array(frameCount),
    frameRows: new Int32Array(rowWords * frameCount),
  };
  roots.forEach((root, index) => {
    columns.kinds[index] = kindNumbers.get(root.kind)!;
    columns.objects[index] = root.object;
    columns.threads[index] = "thread" in root ? root.thread : -1;
    columns.frames[index] = "frame" in root ? root.frame : -1;
  });
  const texts = new Map<string, number>();
  const numberOf = (text: string | undefined): number => {
    if (text === undefined) return -1;
    const known = texts.get(text) ?? texts.size;
    texts.set(text, known);
    return known;
  };
  let at = 0;
  threads.forEach(({ frames }, index) => {
    for (const { klass, method, signature, file, line } of frames) {
      columns.frameKlasses[at] = klass;
      columns.frameRows.set([numberOf(method), numberOf(signature), numberOf(file), line], rowWords * at++);
    }
    columns.frameStarts[index + 1] = at;
  });
  return { ...columns, texts: [...texts.keys()] };
}

export function* rootsIn({ kinds, objects, threads, frames }: RootColumns): Generator<HeapRoot> {
  for (let index = 0; index < kinds.length; index++) {
    const kind = rootKinds[kinds[index]!]!;
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

/** Frames that are the same are one object. */
export function threadsIn(columns: RootColumns): RootThread[] {
  const { threadObjects, frameStarts, frameKlasses, frameRows, texts } = columns;
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
  return Array.from(threadObjects, (object, thread) => {
    const start = frameStarts[thread]!;
    const count = frameStarts[thread + 1]! - start;
    return { object, frames: Array.from({ length: count }, (_, index) => frameAt(start + index)) };
  });
}
