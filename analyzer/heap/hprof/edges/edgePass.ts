import type { Pass, PassContext } from "../../graph/parallel";
import type { EdgeInput, EdgeOutput, PartRecords } from "./edgeInput";
import { newPartReader } from "./partReader";

/**
 * Pass 2: reads the objects of all parts, writes their columns and resolves every strong reference to the index
 * of its target. Parts are independent; references of a part are its own array, so that nothing is allocated by guess.
 */
export const edgePass: Pass<EdgeInput, EdgeOutput> = { name: "edges", readsContents: true, run: readEdges };

/** The same over a dump that was indexed before, for its references alone. */
export const referencePass: Pass<EdgeInput, EdgeOutput> = {
  name: "references",
  comparesContents: true,
  run: readEdges,
};

function readEdges(input: EdgeInput, context: PassContext): EdgeOutput {
  const reader = newPartReader(input, context);
  const parts: PartRecords[] = [];
  for (;;) {
    const part = Atomics.add(input.control, 0, 1);
    if (part >= input.parts.length) break;
    parts.push(reader.readPart(part));
  }
  return { parts, dangling: reader.dangling(), misfits: reader.misfits(), inDegree: reader.inDegree };
}

/** Adds up what the workers counted, in the first one's column. */
export function sumInDegrees(columns: readonly Uint8Array[]): Uint8Array {
  const total = columns[0]!;
  const words = new Int32Array(total.buffer);
  for (const column of columns.slice(1)) {
    const others = new Int32Array(column.buffer);
    for (let k = 0; k < words.length; k++) {
      // Four bytes at once: the sums are 0 to 4, and two and more is several.
      const sum = words[k]! + others[k]!;
      const several = ((sum >>> 1) | (sum >>> 2)) & 0x01010101;
      words[k] = (several << 1) | (sum & 0x01010101 & ~several);
    }
  }
  return total;
}
