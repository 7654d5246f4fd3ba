import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import { basicTypeBytes, basicTypeName, heapTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { noTarget } from "../../heap";
import { classChain } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import type { NodeFinder } from "../scan/nodeFinder";
import { pieceBytes, walkObjects } from "./objectWalk";
import type { RecordReader } from "./recordReader";
import { targetAt } from "./targets";

const step = "Reading the nodes";
const objectsBetweenChecks = 1 << 14;

export interface SweepInputs {
  readonly columns: HeapColumns;
  readonly source: ByteSource;
  readonly records: RecordReader;
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
  const read = (object: number, places: Int32Array, view: DataView, at: number, bytes: number): void => {
    for (let field = 0; field < targets.length; field++) {
      const place = places[field]!;
      const isThere = place >= 0 && headBytes + place + idSize <= bytes;
      targets[field] = isThere ? targetAt(nodes, view, at + headBytes + place, idSize) : noTarget;
    }
    visit(object, targets);
  };
  if (isSparse(columns, wanted)) {
    sweepSparsely(inputs, offsets, read);
    return;
  }
  walkObjects(columns, window, step, work, (object, tag, position, bytes) => {
    const places = tag === heapTag.instance ? offsets[classByObject[object]!] : undefined;
    if (places === undefined || bytes > pieceBytes) return true;
    const at = window.at(position, bytes);
    read(object, places, window.view, at, bytes);
    return true;
  });
}

/** Below one in so many, instances are found one by one sooner than by walking over all others. */
const sparse = 16;

function isSparse({ objectCount, objectsByClass }: HeapColumns, wanted: Uint8Array): boolean {
  const found = wanted.reduce((sum, flag, type) => (flag === 1 ? sum + objectsByClass[type]! : sum), 0);
  return found * sparse < objectCount;
}

function sweepSparsely(
  { columns, records, work }: SweepInputs,
  offsets: readonly (Int32Array | undefined)[],
  read: (object: number, places: Int32Array, view: DataView, at: number, bytes: number) => void,
): void {
  const { objectCount, objects, idSize } = columns;
  const headBytes = 9 + 2 * idSize;
  for (let object = 0; object < objectCount; object++) {
    if (object % objectsBetweenChecks === 0) {
      work.throwIfCancelled();
      work.report(step, object / objectCount);
    }
    const places = offsets[objects.classByObject[object]!];
    if (places === undefined || objects.arrayUnits[object] !== 0) continue;
    const position = records.positionOf(object);
    const head = records.require(position, headBytes);
    const bytes = headBytes + records.window.view.getUint32(head + 5 + 2 * idSize);
    if (bytes > pieceBytes) continue;
    const at = records.require(position, bytes);
    read(object, places, records.window.view, at, bytes);
  }
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
