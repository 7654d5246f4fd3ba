import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import { basicTypeBytes, basicTypeName, heapTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { noTarget } from "../../heap";
import { classChain } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import type { NodeFinder } from "../scan/nodeFinder";
import { pieceBytes, walkObjects } from "./objectWalk";
import { targetAt } from "./targets";

export interface SweepInputs {
  readonly columns: HeapColumns;
  readonly source: ByteSource;
  readonly nodes: NodeFinder;
  /** One flag per class. */
  readonly wanted: Uint8Array;
  /** Fields by the names each has had. */
  readonly fields: readonly (readonly string[])[];
  readonly work: Work;
}

/** Reads reference fields of all instances of some classes by one walk over the file. See `Heap.sweepFields`. */
export function sweepFields(
  inputs: SweepInputs,
  visit: (object: number, targets: Float64Array) => void,
): void {
  const { columns, source, nodes, wanted, fields, work } = inputs;
  const { idSize } = columns;
  const { classByObject } = columns.objects;
  const window = new Window(source, pieceBytes);
  const offsets = offsetsByClass(columns, wanted, fields);
  const headBytes = 9 + 2 * idSize;
  const targets = new Float64Array(fields.length);
  walkObjects(columns, window, "Reading the nodes", work, (object, tag, position, bytes) => {
    const places = tag === heapTag.instance ? offsets[classByObject[object]!] : undefined;
    if (places === undefined || bytes > pieceBytes) return true;
    const at = window.at(position, bytes) + headBytes;
    for (let field = 0; field < targets.length; field++) {
      const place = places[field]!;
      const isThere = place >= 0 && headBytes + place + idSize <= bytes;
      targets[field] = isThere ? targetAt(nodes, window.view, at + place, idSize) : noTarget;
    }
    visit(object, targets);
    return true;
  });
}

/** Offset of each field in an instance's data, -1 where the class has none; undefined for classes not wanted. */
function offsetsByClass(
  { classes: rows, idSize }: HeapColumns,
  wanted: Uint8Array,
  fields: readonly (readonly string[])[],
): (Int32Array | undefined)[] {
  return rows.map((_, type) => {
    if (wanted[type] !== 1) return undefined;
    const places = new Int32Array(fields.length).fill(-1);
    let offset = 0;
    for (const row of classChain(rows, type)) {
      for (const field of row.fields) {
        const at = fields.findIndex((names) => names.includes(field.name));
        if (at >= 0 && places[at]! < 0 && field.type === "object") places[at] = offset;
        offset += basicTypeBytes(basicTypeName.indexOf(field.type), idSize);
      }
    }
    return places;
  });
}
