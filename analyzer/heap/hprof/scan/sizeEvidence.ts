import type { ClassRow } from "../index/classRows";
import type { SizeEvidence } from "../index/sizeModel";
import type { ScanOutput } from "./scanInput";

/** What a scan tells about the sizes of objects. */
export function sizeEvidenceOf(
  outputs: readonly ScanOutput[],
  rows: readonly ClassRow[],
  idSize: number,
  objects: number,
): SizeEvidence {
  const least = (pick: (output: ScanOutput) => number): number =>
    outputs.reduce((found, output) => Math.min(found, pick(output)), Number.POSITIVE_INFINITY);
  const distance = (name: string): number => {
    const index = rows.findIndex((row) => row.name === name);
    return index < 0 ? Number.POSITIVE_INFINITY : least((output) => output.leastDistance[index]!);
  };
  const highest = rows.reduce((top, row) => Math.max(top, Number(row.id)), 0);
  return {
    idSize,
    objects,
    byteArrayDistance: distance("byte[]"),
    intArrayDistance: distance("int[]"),
    longArrayDistance: distance("long[]"),
    plainObjectDistance: distance("java.lang.Object"),
    leastWith4ByteReferences: least((output) => output.leastWith4ByteReferences),
    leastWith8ByteReferences: least((output) => output.leastWith8ByteReferences),
    referenceArraysSeen: outputs.reduce((total, output) => total + output.referenceArraysSeen, 0),
    lowBits: outputs.reduce((bits, output) => bits | output.lowBits, 0),
    highestAddress: highest,
    classNames: new Set(rows.map((row) => row.name)),
  };
}
