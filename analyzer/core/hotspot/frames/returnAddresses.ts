import type { MemoryWords } from "../../memoryWords";
import type { CodeBlob, CodeBlobs } from "./codeBlobs";

/** Words looked at above the stack pointer: stubs push few. */
const mostWords = 64;
/** Stubs that keep a frame pointer have few words below it; what lies further up is another frame's. */
const mostFrameBytes = 1024;

interface JavaCodeView {
  readonly words: MemoryWords;
  readonly blobs: CodeBlobs;
  isReturnIntoJava(address: number): boolean;
}

/** Where a stub's caller is told, for stubs whose frames the JVM does not describe. */
export interface FoundReturn {
  /** Address of the word with the return address. */
  readonly at: number;
  /** The frame pointer the caller has. */
  readonly framePointer: number;
  /** A call of the very stub is before the address. */
  readonly isProven?: true;
}

/**
 * Looks for the return address of a stub that makes a frame of its own kind, or none: on top of the stack, behind the
 * frame pointer, then upwards. A call of the very stub before the address makes it the first choice.
 */
export function returnAddressNear(
  code: JavaCodeView,
  blob: CodeBlob,
  { sp, fp, isExact }: { readonly sp: number; readonly fp: number | undefined; readonly isExact: boolean },
): FoundReturn | undefined {
  const { words } = code;
  const hasFrame = fp !== undefined && fp >= sp && fp - sp < mostFrameBytes && fp % 8 === 0;
  const chained: FoundReturn | undefined = hasFrame ? { at: fp + 8, framePointer: words.u64(fp) } : undefined;
  const isCaller = (found: FoundReturn) => code.isReturnIntoJava(words.u64(found.at));
  if (!isExact && chained !== undefined && isCaller(chained)) return chained;
  const found: FoundReturn[] = [];
  for (let index = 0; index < mostWords; index++) {
    const at = sp + 8 * index;
    const target = words.u64(at);
    if (!code.isReturnIntoJava(target)) continue;
    const framePointer = fp !== undefined && at === fp + 8 ? words.u64(fp) : (fp ?? 0);
    const each = { at, framePointer };
    if (callsInto(words, code.blobs, target, blob)) return { ...each, isProven: true };
    found.push(each);
  }
  if (chained !== undefined && isCaller(chained)) return chained;
  return found[0];
}

/** `call rel32` or, through a stub of the compiled method, a jump into the blob. */
function callsInto(words: MemoryWords, blobs: CodeBlobs, returnAddress: number, blob: CodeBlob): boolean {
  if (words.u8(returnAddress - 5) !== 0xe8) return false;
  const distance = words.i32(returnAddress - 4);
  if (distance === undefined) return false;
  return blobs.at(returnAddress + distance)?.address === blob.address;
}
