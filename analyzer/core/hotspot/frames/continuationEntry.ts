import type { MemoryWords } from "../../memoryWords";
import type { CodeBlob } from "./codeBlobs";
import type { JavaMethod } from "./javaMethod";

/** Words between the last frame of a virtual thread and where its carrier's go on: what describes the entry, and arguments. */
const mostWords = 64;
const continuationClass = "jdk.internal.vm.Continuation";

/**
 * True for the code that a virtual thread goes back to by the last frame it took from the heap: the callers of that are
 * still there.
 */
export function isContinuationStub({ kind, name }: CodeBlob): boolean {
  return kind === "stub" && /continuation/i.test(name);
}

/** True for the method that a carrier enters a virtual thread by. */
export function isContinuationEntry({ className, name }: JavaMethod): boolean {
  return className === continuationClass && name === "enterSpecial";
}

export interface EntryCaller {
  /** Address of the word with the return address. */
  readonly at: number;
  readonly framePointer: number;
}

/**
 * The carrier's own frame behind that code: the first word above that returns into `Continuation.run`, below which the
 * entry has saved the frame pointer.
 */
export function callerOfEntry(
  words: MemoryWords,
  sp: number,
  methodReturnedTo: (returnAddress: number, framePointer: number) => JavaMethod | undefined,
): EntryCaller | undefined {
  for (let at = sp + 8; at < sp + 8 * mostWords; at += 8) {
    const framePointer = words.u64(at - 8);
    const method = methodReturnedTo(words.u64(at), framePointer);
    if (method?.className === continuationClass && method.name === "run") return { at, framePointer };
  }
  return undefined;
}
