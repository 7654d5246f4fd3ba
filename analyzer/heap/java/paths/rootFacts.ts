import { formatQuantity } from "../../../base/figures";
import type { GcRoot, Heap, HeapThread, ObjectIndex, RootKind, StackFrame } from "../../heap";
import { stringIn } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";

/** The GC roots of every root object. */
export const rootsByObject = perHeap((heap): ReadonlyMap<ObjectIndex, readonly GcRoot[]> => {
  const result = new Map<ObjectIndex, GcRoot[]>();
  for (const root of heap.roots) {
    const known = result.get(root.object);
    if (known === undefined) result.set(root.object, [root]);
    else known.push(root);
  }
  return result;
});

/** Name of a java.lang.Thread object: a String, a char[] in JDK 8. */
export function threadNameOf(heap: Heap, thread: ObjectIndex): string | undefined {
  const text = stringIn(heap, thread, "name");
  if (text !== undefined) return text;
  const value = heap.fieldOf(thread, "name");
  const characters = value?.type === "object" ? heap.indexOf(value.id) : undefined;
  if (characters === undefined || heap.elementTypeOf(characters) !== "char") return undefined;
  const bytes = heap.primitiveBytesOf(characters, 0, Math.min(200, heap.lengthOf(characters)));
  let name = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) name += String.fromCharCode(bytes[i]! * 256 + bytes[i + 1]!);
  return name;
}

const namesBySerial = perHeap((heap): ReadonlyMap<number, string> => {
  const names = new Map<number, string>();
  for (const thread of heap.threads) {
    const name = thread.object === undefined ? undefined : threadNameOf(heap, thread.object);
    if (name !== undefined) names.set(thread.serial, name);
  }
  return names;
});

const rootWords: Readonly<Record<RootKind, string>> = {
  unknown: "unknown root",
  "jni-global": "JNI global",
  "jni-local": "JNI local",
  "java-frame": "local variable",
  "native-stack": "native stack",
  "sticky-class": "system class",
  "thread-block": "thread block",
  "monitor-used": "busy monitor",
  "thread-object": "thread",
  "interned-string": "interned string",
  finalizing: "waiting for its finalizer",
  debugger: "debugger",
  "reference-cleanup": "reference cleanup",
  "vm-internal": "VM internal",
  "jni-monitor": "JNI monitor",
};

/** A root in words, with the thread when it is bound to one: `local variable of thread "main"`. */
export function describeRoot(heap: Heap, root: GcRoot): string {
  const words = rootWords[root.kind];
  const name = root.threadSerial === 0 ? undefined : namesBySerial(heap).get(root.threadSerial);
  if (name === undefined) return words;
  return root.kind === "thread-object" ? `thread "${name}"` : `${words} of thread "${name}"`;
}

/** Threads named for one kind of root. */
const mostThreads = 3;

/**
 * The kinds of root an object is, each in words and once; of many threads that have it as the same kind some are named.
 * Empty when it is none.
 */
export function rootsInWords(heap: Heap, object: ObjectIndex): string[] {
  const all = rootsByObject(heap).get(object) ?? [];
  return [...new Set(all.map(({ kind }) => kind))].flatMap((kind) => {
    const roots = all.filter((root) => root.kind === kind);
    const each = [...new Set(roots.map((root) => describeRoot(heap, root)))];
    if (each.length <= mostThreads) return each;
    const names = new Set(roots.map(({ threadSerial }) => namesBySerial(heap).get(threadSerial)));
    const named = [...names].filter((name) => name !== undefined).slice(0, mostThreads);
    const others = formatQuantity(each.length - named.length, "other");
    return [`${rootWords[kind]} of threads ${named.map((name) => `"${name}"`).join(", ")} and ${others}`];
  });
}

const threadsByObject = perHeap(
  (heap): ReadonlyMap<ObjectIndex, HeapThread> =>
    new Map(heap.threads.flatMap((thread) => (thread.object === undefined ? [] : [[thread.object, thread]]))),
);

/** Frames of the thread a Thread object stands for, top first; empty when the dump has none. */
export function framesOf(heap: Heap, thread: ObjectIndex): readonly StackFrame[] {
  return threadsByObject(heap).get(thread)?.frames ?? [];
}
