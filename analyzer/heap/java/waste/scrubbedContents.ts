import type { ObjectIndex } from "../../heap";
import { perHeap } from "../objects/perHeap";
import { evenSampler } from "./evenSampler";
import { contentsOfString } from "./stringContents";

/** Strings looked at, and how many of them must have contents to say anything. */
const looked = 2_000;
const leastWithContents = 20;
const scrubbedShare = 0.95;
const readElements = 256;

/**
 * True for a dump whose contents were overwritten before it was passed on: nearly all its strings are one and the same
 * character over and over. Nothing that compares contents can be told from such a dump.
 */
export const isScrubbed = perHeap((heap): boolean => {
  const [type] = heap.classes.findByName("java.lang.String");
  if (type === undefined) return false;
  const sample = evenSampler<ObjectIndex>(looked);
  heap.forEachInstance(type, (string) => {
    sample.take(string);
    return true;
  });
  const constant = new Map<number, number>();
  let withContents = 0;
  for (const string of sample.taken) {
    const contents = contentsOfString(heap, string);
    if (contents === undefined || contents.count === 0) continue;
    const bytes = heap.primitiveBytesOf(
      contents.array,
      contents.start,
      Math.min(readElements, contents.count),
    );
    withContents++;
    const unit = contents.encoding.startsWith("char") ? 2 : 1;
    if (bytes.length > 0 && bytes.every((byte, at) => byte === bytes[at % unit])) {
      const last = bytes[unit - 1]!;
      constant.set(last, (constant.get(last) ?? 0) + 1);
    }
  }
  if (withContents < leastWithContents) return false;
  for (const count of constant.values()) if (count >= scrubbedShare * withContents) return true;
  return false;
});
