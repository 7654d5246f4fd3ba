import type { HeapRoot } from "./heapRoot";

/** What {@link HeapRoot} tells by a number. */
export const jvmRootKinds = [
  "sticky-class",
  "monitor-used",
  "vm-internal",
  "jni-global",
  "jni-local",
  "java-frame",
  "thread-block",
  "native-stack",
] as const satisfies readonly HeapRoot["kind"][];
const kindNumbers = new Map<string, number>(jvmRootKinds.map((kind, number) => [kind, number]));
const javaFrame = kindNumbers.get("java-frame")!;
const firstRoom = 1 << 12;

/** Roots by columns. */
export interface RootListColumns {
  /** Positions in {@link jvmRootKinds}. */
  readonly kinds: Uint8Array;
  readonly objects: Float64Array;
  /** -1 for roots that belong to none. */
  readonly threads: Int32Array;
  readonly frames: Int32Array;
}

/** Roots as they are found, as columns: a hundred thousand virtual threads hold millions. */
export class RootList {
  private kinds = new Uint8Array(firstRoom);
  private objects = new Float64Array(firstRoom);
  private threads = new Int32Array(firstRoom);
  private frames = new Int32Array(firstRoom);
  private count = 0;

  get length(): number {
    return this.count;
  }

  add(root: HeapRoot): void {
    const thread = "thread" in root ? root.thread : -1;
    this.addRow(kindNumbers.get(root.kind)!, root.object, thread, "frame" in root ? root.frame : -1);
  }

  addLocal(object: number, thread: number, frame: number): void {
    this.addRow(javaFrame, object, thread, frame);
  }

  /** Their objects, ascending, each once. */
  distinctObjects(others: readonly number[]): Float64Array {
    const all = new Float64Array(this.count + others.length);
    all.set(this.objects.subarray(0, this.count));
    all.set(others, this.count);
    all.sort();
    let kept = 0;
    for (let index = 0; index < all.length; index++)
      if (index === 0 || all[index] !== all[index - 1]) all[kept++] = all[index]!;
    return all.slice(0, kept);
  }

  /** In shared memory; those of other objects are left out. */
  columnsOf(isKept: (object: number) => boolean): RootListColumns {
    const rows: number[] = [];
    for (let index = 0; index < this.count; index++) if (isKept(this.objects[index]!)) rows.push(index);
    const columns = {
      kinds: new Uint8Array(new SharedArrayBuffer(rows.length)),
      objects: new Float64Array(new SharedArrayBuffer(8 * rows.length)),
      threads: new Int32Array(new SharedArrayBuffer(4 * rows.length)),
      frames: new Int32Array(new SharedArrayBuffer(4 * rows.length)),
    };
    rows.forEach((row, index) => {
      columns.kinds[index] = this.kinds[row]!;
      columns.objects[index] = this.objects[row]!;
      columns.threads[index] = this.threads[row]!;
      columns.frames[index] = this.frames[row]!;
    });
    return columns;
  }

  private addRow(kind: number, object: number, thread: number, frame: number): void {
    if (this.count === this.kinds.length) this.grow();
    const index = this.count++;
    this.kinds[index] = kind;
    this.objects[index] = object;
    this.threads[index] = thread;
    this.frames[index] = frame;
  }

  private grow(): void {
    const room = 2 * this.count;
    const { kinds, objects, threads, frames } = this;
    this.kinds = new Uint8Array(room);
    this.objects = new Float64Array(room);
    this.threads = new Int32Array(room);
    this.frames = new Int32Array(room);
    this.kinds.set(kinds);
    this.objects.set(objects);
    this.threads.set(threads);
    this.frames.set(frames);
  }
}
