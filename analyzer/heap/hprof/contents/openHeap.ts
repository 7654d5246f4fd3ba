import { type ByteSource, readUpTo } from "../../../base/byteSource";
import { isHprof, readHprofHeader } from "../../../formats/hprof/header";
import { readId } from "../../../formats/hprof/window";
import { openDominators } from "../../graph/opened/dominatorQuestions";
import type { ClassIndex, GcRoot, Heap, HeapThread, ObjectIndex } from "../../heap";
import type { HeapColumns } from "../index/heapColumns";
import { hashClasses } from "../index/kernelClasses";
import { localsByThread } from "../index/rootGroups";
import { gcRootsOf } from "../index/rootTable";
import { newNodeFinder, nodeOfId, noNode } from "../scan/nodeFinder";
import { openClassTable } from "./classTable";
import { sweepFields } from "./fieldSweep";
import { openContents, type SlotLimits } from "./objectContents";
import { openSizes } from "./objectSizes";
import { makeReferenceReader } from "./outgoingReferences";
import { openRecordReader } from "./recordReader";
import { openReferrers, type ReferrerLimits } from "./referrers";

/** What questions may take, as far as it is not the usual. */
export type QuestionLimits = ReferrerLimits & SlotLimits;

/**
 * Attaches an index to its dump. Costs next to nothing; every thread may have its own.
 * @param stored the file in which columns of the index stayed, if any did
 */
export function openHeap(
  columns: HeapColumns,
  source: ByteSource,
  stored?: ByteSource,
  limits: QuestionLimits = {},
): Heap {
  const { objectCount, classes: rows, idSize, addresses, parts } = columns;
  const { classByObject, offsetSamples } = columns.objects;
  const classes = openClassTable(columns, source);
  const records = openRecordReader(source, idSize, objectCount, offsetSamples, parts);
  const nodes = newNodeFinder(addresses, hashClasses(rows.map((row) => row.id)), objectCount);
  const classClass = rows.findIndex((row) => row.name === "java.lang.Class") as ClassIndex;
  const sizes = openSizes(columns);
  const contents = openContents(columns, source, records, nodes, limits);
  const locals = localsByThread(columns.roots, columns.threads);
  let gcRoots: readonly GcRoot[] | undefined;
  const referrers = openReferrers({ columns, source, nodes, locals }, limits);

  function indexOf(id: bigint): ObjectIndex | undefined {
    const node = nodeOfId(nodes, id);
    return node === noNode ? undefined : (node as ObjectIndex);
  }

  function idOf(object: number): bigint {
    if (object >= objectCount) return rows[object - objectCount]!.id;
    const index = records.require(records.positionOf(object), 1 + idSize);
    return readId(records.window.view, index + 1, idSize);
  }

  function classOf(object: number): ClassIndex {
    return (object >= objectCount ? classClass : classByObject[object]!) as ClassIndex;
  }

  function classOfClassObject(object: ObjectIndex): ClassIndex | undefined {
    return object < objectCount ? undefined : ((object - objectCount) as ClassIndex);
  }

  function classesOf(objects: Uint32Array, into: Uint32Array): void {
    for (let k = 0; k < objects.length; k++) {
      const object = objects[k]!;
      into[k] = object >= objectCount ? classClass : classByObject[object]!;
    }
  }

  function forEachInstance(type: ClassIndex, visit: (object: ObjectIndex) => boolean | undefined): void {
    for (let k = 0; type === classClass && k < rows.length; k++) {
      if (rows[k]!.id !== 0n && visit((objectCount + k) as ObjectIndex) === false) return;
    }
    for (let object = 0; object < objectCount; object++) {
      if (classByObject[object] === type && visit(object as ObjectIndex) === false) return;
    }
  }

  return {
    ...openDominators(columns.dominators, columns.leftOut, stored, sizes.shallowSizeOf),
    ...sizes,
    ...contents,
    path: columns.path,
    idSize,
    takenAt: () => takenAt(source),
    instanceCount: objectCount,
    nodeCount: objectCount + rows.length,
    types: classes,
    typeOf: classOf,
    typesOf: classesOf,
    typeMeantBy: classOfClassObject,
    classes,
    get roots() {
      gcRoots ??= gcRootsOf(columns.roots);
      return gcRoots;
    },
    threads: columns.threads.map(
      ({ serial, object, frames }): HeapThread => ({
        serial,
        object: object < 0 ? undefined : (object as ObjectIndex),
        frames,
      }),
    ),
    indexOf,
    idOf,
    classOf,
    classNameOf: (object) => rows[classOf(object)]!.name,
    classOfClassObject,
    classObjectOf: (type) => (objectCount + type) as ObjectIndex,
    classesOf,
    referencesOf: makeReferenceReader(columns, {
      ...contents,
      indexOf,
      classOf,
      staticFieldsOf: classes.staticFieldsOf,
      locals,
    }),
    listReferrers: referrers.list,
    listReferrersInParallel: referrers.listInParallel,
    referrersOf: (object) => referrers.of(object) as ObjectIndex[],
    forEachInstance,
    sweepFields: (wanted, fields, visit, work) =>
      sweepFields({ columns, source, records, nodes, wanted, fields, work }, (object, targets) =>
        visit(object as ObjectIndex, targets),
      ),
  };
}

function takenAt(source: ByteSource): number | undefined {
  if (!isHprof(readUpTo(source, 0, 64))) return undefined;
  const { createdMs } = readHprofHeader(source);
  return createdMs > 0 ? createdMs : undefined;
}
