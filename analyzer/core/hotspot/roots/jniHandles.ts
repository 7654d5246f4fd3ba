import type { VmStructs } from "../vmStructs";

/** Handles of one block of local references. */
const handlesOfBlock = 32;
const mostBlocks = 1 << 20;
/** Of the wrapper the JVM puts on the stack where it calls Java: not among its tables, alike in 17 and 25. */
const wrapperFields = { thread: 0, handles: 8 } as const;

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

/** The list of the local references that native code had when it called Java, if a word on the stack begins such a wrapper. */
export function blockOfWrapper(structs: VmStructs, thread: number, wrapper: number): number | undefined {
  if (structs.wordAt(wrapper + wrapperFields.thread) !== thread) return undefined;
  const block = structs.wordAt(wrapper + wrapperFields.handles);
  const topAt = structs.offset(["JNIHandleBlock", "_top"]);
  if (!block || block % 8 !== 0 || topAt === undefined) return undefined;
  const top = structs.words.i32(block + topAt);
  return top !== undefined && top >= 0 && top <= handlesOfBlock ? block : undefined;
}
