import type { VmStructs } from "../vmStructs";

/** Handles of one block of local references. */
const handlesOfBlock = 32;
const mostBlocks = 1 << 20;
/** Of the wrapper the JVM puts on the stack where it calls Java: not among its tables, alike in 17 and 25. */
const wrapperFields = { thread: 0, handles: 8, receiver: 24 } as const;

/** Local references of JNI in a list of blocks; a block that is not full ends it: the others are left over. */
export function valuesOfBlocks(structs: VmStructs, first: number | undefined): number[] {
  const topAt = structs.offset(["JNIHandleBlock", "_top"]);
  const handlesAt = structs.offset(["JNIHandleBlock", "_handles"]);
  const values: number[] = [];
  if (topAt === undefined || handlesAt === undefined) return values;
  let blocks = 0;
  for (const block of structs.list(first, ["JNIHandleBlock", "_next"])) {
    const top = structs.words.i32(block + topAt) ?? 0;
    if (top < 0 || top > handlesOfBlock || ++blocks > mostBlocks) break;
    for (let index = 0; index < top; index++) {
      // Never coloured, unlike global ones.
      const value = structs.wordAt(block + handlesAt + 8 * index);
      // What was given back is a link to the next free one.
      if (value && value % 8 === 0) values.push(value);
    }
    if (top < handlesOfBlock) break;
  }
  return values;
}

/** What the JVM notes down on the stack where native code calls Java. */
export interface CallWrapper {
  /** The list of the local references that native code had. */
  readonly block: number;
  /** What the method was called of, 0 for static ones. */
  readonly receiver: number;
}

/** @returns undefined unless the word on the stack begins such a wrapper */
export function callWrapperAt(structs: VmStructs, thread: number, wrapper: number): CallWrapper | undefined {
  if (structs.wordAt(wrapper + wrapperFields.thread) !== thread) return undefined;
  const block = structs.wordAt(wrapper + wrapperFields.handles);
  const topAt = structs.offset(["JNIHandleBlock", "_top"]);
  if (!block || block % 8 !== 0 || topAt === undefined) return undefined;
  const top = structs.words.i32(block + topAt);
  if (top === undefined || top < 0 || top > handlesOfBlock) return undefined;
  return { block, receiver: structs.wordAt(wrapper + wrapperFields.receiver) ?? 0 };
}
