import type { ByteSource } from "../../../base/byteSource";
import { unwatched, type Work } from "../../../base/work";
import { heapRecordBytes } from "../../../formats/hprof/heapRecords";
import { basicTypeName, heapTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { makeKernelClasses } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import { findClass } from "../index/kernelClasses";

interface ReferrerSource {
  idOf(object: number): bigint;
  readonly locals: ReadonlyMap<number, readonly number[]>;
}

/**
 * Everything that refers to a node, each referrer once, ascending; weak references count. Reads the objects of
 * the file from beginning to end: no list is kept.
 */
export function findReferrers(
  columns: HeapColumns,
  source: ByteSource,
  node: number,
  heap: ReferrerSource,
  work: Work = unwatched,
): number[] {
  const { idSize, objectCount, classes: rows } = columns;
  const wantedId = heap.idOf(node);
  if (wantedId === 0n) return [];
  const high = Number(wantedId >> 32n);
  const low = Number(wantedId & 0xffffffffn);
  const kernel = makeKernelClasses(rows, idSize, { strongReferents: true });
  const window = new Window(source, 1 << 20);
  const found = new Set<number>();
  for (const part of columns.parts) {
    work.throwIfCancelled();
    let object = part.firstObject;
    let position = part.start;
    while (position < part.end && object < part.firstObject + part.objects) {
      const bytes = heapRecordBytes(window, position, part.end, idSize);
      if (bytes < 0) break;
      const index = window.at(position, 1);
      const tag = window.bytes[index]!;
      if (tag === heapTag.instance) {
        const at = window.at(position, Math.min(bytes, 1 << 20));
        const { view } = window;
        const classAt = at + 5 + idSize;
        const classHigh = idSize === 8 ? view.getUint32(classAt) : 0;
        const type = findClass(kernel, classHigh, view.getUint32(classAt + idSize - 4));
        const data = at + 9 + 2 * idSize;
        if (classHigh === high && view.getUint32(classAt + idSize - 4) === low) found.add(object);
        if (type >= 0 && bytes - (9 + 2 * idSize) >= kernel.dataBytes[type]!) {
          for (let k = kernel.fieldStart[type]!; k < kernel.fieldStart[type + 1]!; k++) {
            const field = data + kernel.fieldOffsets[k]!;
            if (view.getUint32(field + idSize - 4) !== low) continue;
            if (idSize === 8 && view.getUint32(field) !== high) continue;
            found.add(object);
            break;
          }
        }
        object++;
      } else if (tag === heapTag.objectArray) {
        if (arrayHolds(window, position, bytes, idSize, high, low)) found.add(object);
        object++;
      } else if (tag === heapTag.primitiveArray || tag === heapTag.primitiveArrayNoData) object++;
      position += bytes;
    }
  }
  addClassReferrers(columns, node, wantedId, found);
  for (const [thread, locals] of heap.locals) if (locals.includes(node)) found.add(thread);
  found.delete(node);
  const primitive = node >= objectCount ? node - objectCount : -1;
  if (primitive >= 0) addArraysOfClass(columns, primitive, found);
  return [...found].sort((a, b) => a - b);
}

function arrayHolds(
  window: Window,
  position: number,
  bytes: number,
  idSize: number,
  high: number,
  low: number,
): boolean {
  const headBytes = 9 + 2 * idSize;
  const classAt = window.at(position, headBytes) + 9 + idSize;
  const { view } = window;
  if (view.getUint32(classAt + idSize - 4) === low && (idSize === 4 || view.getUint32(classAt) === high))
    return true;
  const step = 1 << 19;
  for (let from = headBytes; from < bytes; from += step) {
    const some = Math.min(step, bytes - from);
    const at = window.at(position + from, some);
    if (at < 0) return false;
    for (let k = at; k < at + some; k += idSize) {
      if (window.view.getUint32(k + idSize - 4) !== low) continue;
      if (idSize === 4 || window.view.getUint32(k) === high) return true;
    }
  }
  return false;
}

function addClassReferrers(columns: HeapColumns, node: number, id: bigint, found: Set<number>): void {
  const { objectCount, classes: rows } = columns;
  rows.forEach((row, type) => {
    const isSuper = row.superclass >= 0 && objectCount + row.superclass === node;
    const ids = [row.loaderId, row.signersId, row.protectionDomainId];
    if (isSuper || ids.includes(id) || row.staticReferences.includes(id) || row.constants.includes(id)) {
      found.add(objectCount + type);
    }
  });
}

/** Primitive arrays state a type, not their class. */
function addArraysOfClass(columns: HeapColumns, type: number, found: Set<number>): void {
  const { name } = columns.classes[type]!;
  if (!name.endsWith("[]") || basicTypeName.every((basic) => name !== `${basic}[]`)) return;
  const { classByObject } = columns.objects;
  for (let object = 0; object < columns.objectCount; object++)
    if (classByObject[object] === type) found.add(object);
}
