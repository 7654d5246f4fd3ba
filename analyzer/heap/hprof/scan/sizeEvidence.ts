import type { ClassRow } from "../index/classRows";
import type { SizeEvidence } from "../index/sizeModel";
import { idsAreAddresses } from "./idsAreAddresses";
import type { JvmConstants } from "./jvmConstants";
import type { ScanOutput } from "./scanInput";

/** What a scan tells about the sizes of objects. */
export function sizeEvidenceOf(
  outputs: readonly ScanOutput[],
  rows: readonly ClassRow[],
  idSize: number,
  objects: number,
  constants: JvmConstants,
): SizeEvidence {
  const least = (pick: (output: ScanOutput) => number): number =>
    outputs.reduce((found, output) => Math.min(found, pick(output)), Number.POSITIVE_INFINITY);
  const byClass = (
    pick: (output: ScanOutput) => Float64Array,
    join: (a: number, b: number) => number,
    none: number,
  ) =>
    Float64Array.from(rows, (_, type) =>
      outputs.reduce((all, output) => join(all, pick(output)[type]!), none),
    );
  const leastDistance = byClass((output) => output.leastDistance, Math.min, Number.POSITIVE_INFINITY);
  const objectsByClass = byClass(
    (output) => output.objectsByClass,
    (a, b) => a + b,
    0,
  );
  const distance = (name: string): number => {
    const index = rows.findIndex((row) => row.name === name);
    return index < 0 ? Number.POSITIVE_INFINITY : leastDistance[index]!;
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
    idsAreAddresses: idsAreAddresses(rows, leastDistance, objectsByClass),
    constants,
  };
}
