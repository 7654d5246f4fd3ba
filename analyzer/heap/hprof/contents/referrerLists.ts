import type { ByteSource } from "../../../base/byteSource";
import { unwatched, type Work } from "../../../base/work";
import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { heapTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { type Csr, csrOf } from "../../graph/edges/csr";
import { makeKernelClasses } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import { findClass } from "../index/kernelClasses";
import { findObject } from "../scan/addressPages";

interface ListSource {
  readonly locals: ReadonlyMap<number, readonly number[]>;
  indexOf(id: bigint): number | undefined;
}

/** Lists above this would not fit beside the heap's columns; then every question scans instead. */
export const mostReferrerListBytes = 1.5 * 2 ** 30;

/**
 * Who refers to every node, ascending: turns all references of the file around, weak ones included: 4 bytes a node and 4 a reference, made by two walks
 * over the file the first time somebody asks for referrers. The reference of an instance to its class is left out:
 * the class column has it.
 * @returns undefined when the lists would be too big.
 */
export function makeReferrerLists(
  columns: HeapColumns,
  source: ByteSource,
  heap: ListSource,
  work: Work = unwatched,
  maximumBytes = mostReferrerListBytes,
): Csr | undefined {
  const nodeCount = columns.objectCount + columns.classes.length;
  if (4 * nodeCount > maximumBytes / 2) return undefined;
  return csrOf(
    nodeCount,
    (visit) => forEachReference(columns, source, heap, work, (from, target) => visit(target, from)),
    maximumBytes,
  );
}

type Visit = (from: number, target: number) => void;

function forEachReference(
  columns: HeapColumns,
  source: ByteSource,
  heap: ListSource,
  work: Work,
  visit: Visit,
): void {
  const { idSize, addresses, classes: rows, objectCount } = columns;
  const kernel = makeKernelClasses(rows, idSize, { strongReferents: true });
  const window = new Window(source, 1 << 20);
  const wide = idSize === 8;
  const resolve = (high: number, low: number): number => {
    if ((high | low) === 0) return -1;
    const object = findObject(addresses, high, low);
    if (object >= 0) return object;
    const type = findClass(kernel, high, low);
    return type < 0 ? -1 : objectCount + type;
  };
  const visitId = (from: number, index: number): void => {
    const { view } = window;
    const target = resolve(wide ? view.getUint32(index) : 0, view.getUint32(index + idSize - 4));
    if (target >= 0) visit(from, target);
  };
  const headBytes = 9 + 2 * idSize;
  for (const part of columns.parts) {
    work.throwIfCancelled();
    work.report("Listing who refers to whom", part.start / Math.max(1, source.byteLength));
    let object = part.firstObject;
    let position = part.start;
    const lastObject = part.firstObject + part.objects;
    while (position < part.end && object < lastObject) {
      const bytes = heapRecordBytes(window, position, part.end, idSize);
      if (bytes < 0) break;
      const tag = window.bytes[window.at(position, 1)]!;
      if (tag === heapTag.instance) {
        const type = columns.objects.classByObject[object]!;
        const from = kernel.fieldStart[type]!;
        const upto = kernel.fieldStart[type + 1]!;
        if (upto > from && bytes - headBytes >= kernel.dataBytes[type]!) {
          const at = window.at(position, Math.min(bytes, 1 << 20)) + headBytes;
          for (let field = from; field < upto; field++) {
            const offset = kernel.fieldOffsets[field]!;
            if (offset + idSize + headBytes <= Math.min(bytes, 1 << 20)) visitId(object, at + offset);
          }
        }
        object++;
      } else if (tag === heapTag.objectArray) {
        const step = 1 << 19;
        for (let from = headBytes; from < bytes; from += step) {
          const some = Math.min(step, bytes - from);
          const at = window.at(position + from, some);
          if (at < 0) break;
          for (let k = at; k + idSize <= at + some; k += idSize) visitId(object, k);
        }
        object++;
      } else if (tag === heapTag.primitiveArray || tag === heapTag.primitiveArrayNoData) object++;
      position += bytes;
    }
  }
  for (const [thread, locals] of heap.locals) for (const local of locals) visit(thread, local);
  visitClassReferences(columns, heap, visit);
}

function visitClassReferences(
  { classes: rows, objectCount }: HeapColumns,
  heap: ListSource,
  visit: Visit,
): void {
  rows.forEach((row, type) => {
    if (row.superclass >= 0) visit(objectCount + type, objectCount + row.superclass);
    const ids = [
      row.loaderId,
      row.signersId,
      row.protectionDomainId,
      ...row.staticReferences,
      ...row.constants,
    ];
    for (const id of new Set(ids)) {
      const target = heap.indexOf(id);
      if (target !== undefined) visit(objectCount + type, target);
    }
  });
}

/** Instances of a class refer to its class object. */
export function instancesOfClassNode({ objectCount, objects }: HeapColumns, node: number): number[] {
  const found: number[] = [];
  if (node < objectCount) return found;
  const type = node - objectCount;
  for (let object = 0; object < objectCount; object++) {
    if (objects.classByObject[object] === type) found.push(object);
  }
  return found;
}
