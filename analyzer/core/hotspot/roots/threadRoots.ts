import type { MemoryImage } from "../../memoryImage";
import { MemoryWords } from "../../memoryWords";
import type { ProcessSnapshot, ThreadSnapshot } from "../../processSnapshot";
import { handleValue } from "../classLoaderData";
import type { JavaThread } from "../javaThreads";
import { lockStackSlots } from "../lockStack";
import type { ObjectReferences } from "../objectReferences";
import type { VmStructField, VmStructs } from "../vmStructs";
import type { HeapRoot } from "./heapRoot";
import { callWrapperAt, valuesOfBlocks } from "./jniHandles";
import { isInSpans, type StackSpan } from "./stackSpans";

export interface ThreadRootInputs {
  readonly image: ProcessSnapshot;
  readonly structs: VmStructs;
  readonly references: ObjectReferences;
  /** Reads stacks, without moving the window the JVM's own structures are read through. */
  readonly stackWords: StackWords;
  /** Whether an address may be one of an object: it is in the heap. */
  readonly isInHeap: (address: number) => boolean;
}

/** More of a stack than this is not looked through. */
const mostStackBytes = 64 << 20;
/** Of all stacks: those of damaged threads may be the same, thousands of times. */
const mostBytes = 4 * 2 ** 30;

export interface StackWords {
  readonly words: MemoryWords;
  left: number;
}

export function newStackWords(memory: MemoryImage): StackWords {
  return { words: new MemoryWords(memory), left: mostBytes };
}

const handleFields: readonly (readonly VmStructField[])[] = [
  [["JavaThread", "_vthread"]],
  [["JavaThread", "_jvmti_vthread"]],
  [["JavaThread", "_scopedValueCache"]],
];
/** HotSpot's `JavaThreadState`: in native code, and waiting. No register or native frame holds the address of an object then. */
const restingStates = [
  ["_thread_in_native", 4],
  ["_thread_blocked", 10],
] as const;

export function isAtRest(structs: VmStructs, { address }: JavaThread): boolean {
  const state = structs.int(address, ["JavaThread", "_thread_state"]);
  return restingStates.some(([name, usual]) => state === (structs.constant(name) ?? usual));
}

/** Of a thread, which of its words are taken for addresses of objects. */
export interface LookedThrough {
  /** Parts of its stack; undefined for all of it. */
  readonly spans: readonly StackSpan[] | undefined;
  readonly registers: boolean;
}

const objectFields: readonly (readonly VmStructField[])[] = [
  [["ThreadShadow", "_pending_exception"]],
  [
    ["JavaThread", "_vm_result_oop"],
    ["JavaThread", "_vm_result"],
  ],
  [["JavaThread", "_exception_oop"]],
  [["JavaThread", "_pending_async_exception"]],
];

/**
 * What a thread refers to: by fields of its own and local references of JNI, exactly; by words on its stack and in its
 * registers, where nothing else tells. Whether they are addresses of objects is for the caller to tell.
 * @param position of the thread among those of the dump
 */
export function rootsOfThread(
  inputs: ThreadRootInputs,
  thread: JavaThread,
  native: ThreadSnapshot | undefined,
  lookedThrough: LookedThrough,
  position: number,
): HeapRoot[] {
  const { structs, isInHeap } = inputs;
  const { address } = thread;
  const roots: HeapRoot[] = [];
  for (const object of ownObjects(inputs, address))
    roots.push({ kind: "thread-block", object, thread: position });
  const lists = new Set<number>();
  const active = structs.word(address, ["JavaThread", "_active_handles"], ["Thread", "_active_handles"]);
  if (active) lists.add(active);
  const words = new Set<number>();
  const { spans, registers } = lookedThrough;
  if (registers)
    for (const register of native?.registerWords ?? [])
      if (isInHeap(Number(register))) words.add(Number(register));
  forEachStackWord(inputs, thread, native, (word, at) => {
    if (word === address) {
      const wrapper = callWrapperAt(structs, address, at);
      if (wrapper === undefined) return;
      lists.add(wrapper.block);
      if (wrapper.receiver !== 0)
        roots.push({ kind: "thread-block", object: wrapper.receiver, thread: position });
    } else if ((spans === undefined || isInSpans(spans, at)) && isInHeap(word)) words.add(word);
  });
  const locals = new Set([...lists].flatMap((first) => valuesOfBlocks(structs, first)));
  for (const object of locals) roots.push({ kind: "jni-local", object, thread: position, frame: -1 });
  for (const object of words)
    if (!locals.has(object)) roots.push({ kind: "native-stack", object, thread: position });
  return roots;
}

function ownObjects({ structs, references }: ThreadRootInputs, thread: number): number[] {
  const objects: number[] = [];
  for (const names of handleFields) {
    // biome-ignore lint/plugin: alternative names of one field
    objects.push(handleValue(structs, references, structs.word(thread, ...names)));
  }
  for (const names of objectFields) {
    // biome-ignore lint/plugin: alternative names of one field
    objects.push(structs.word(thread, ...names) ?? 0);
  }
  for (const slot of lockStackSlots(structs, thread)) objects.push(structs.wordAt(slot) ?? 0);
  return objects.filter((object) => object !== 0);
}

/** From the stack pointer, or where the JVM says that Java was left, to the base of the stack. */
function forEachStackWord(
  { image, structs, stackWords }: ThreadRootInputs,
  { address, stack }: JavaThread,
  native: ThreadSnapshot | undefined,
  visit: (word: number, at: number) => void,
): void {
  if (stack === undefined) return;
  const pointer = native?.registers[image.architecture.stackPointer];
  const anchor = structs.offset(["JavaThread", "_anchor"]);
  const left =
    anchor === undefined ? undefined : structs.word(address + anchor, ["JavaFrameAnchor", "_last_Java_sp"]);
  const from = pointer === undefined ? left : Number(pointer);
  // A thread on another stack (a signal's) has its Java frames on its own all the same.
  const start = from !== undefined && from >= stack.start && from < stack.end ? from : (left ?? stack.start);
  if (start < stack.start || start >= stack.end) return;
  const { words } = stackWords;
  const first = Math.max(start - (start % 8), stack.end - mostStackBytes);
  for (let at = first; at + 8 <= stack.end && stackWords.left > 0; at += 8, stackWords.left -= 8) {
    const word = words.u64(at);
    if (word < 0) at = words.nextPresent(at + 8, stack.end) - 8;
    else if (word !== 0) visit(word, at);
  }
}
