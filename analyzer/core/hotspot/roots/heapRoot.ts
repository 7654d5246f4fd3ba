/** What the JVM itself refers to, by the kinds HPROF tells apart. */
export type HeapRoot =
  | { readonly kind: "jni-global" | "vm-internal" | "monitor-used" | "sticky-class"; readonly object: number }
  /** What a thread's frame or native code holds, as the JVM's own maps and lists tell. */
  | {
      readonly kind: "java-frame" | "jni-local";
      readonly object: number;
      /** Position of the thread. */
      readonly thread: number;
      /** Position of the frame, -1 when it is not told. */
      readonly frame: number;
    }
  /** `thread-block`: a field of the thread itself. `native-stack`: a word on its stack that may be left over. */
  | { readonly kind: "thread-block" | "native-stack"; readonly object: number; readonly thread: number };

/** A frame of a thread as the file names it; texts are the JVM's own. */
export interface RootFrame {
  /** Address of the class. */
  readonly klass: number;
  readonly method: string;
  readonly signature: string;
  readonly file?: string;
  /** -1 unknown, -3 native */
  readonly line: number;
}

/** A thread whose object is in the heap. */
export interface RootThread {
  readonly object: number;
  /** The innermost first; empty where they are not known. */
  readonly frames: readonly RootFrame[];
}
