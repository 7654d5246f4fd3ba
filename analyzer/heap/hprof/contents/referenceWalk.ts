import type { ByteSource } from "../../../base/byteSource";
import type { Work } from "../../../base/work";
import { heapTag } from "../../../formats/hprof/tags";
import { Window } from "../../../formats/hprof/window";
import { classObjectTargets } from "../index/classObjectTargets";
import { makeKernelClasses } from "../index/classRows";
import type { HeapColumns } from "../index/heapColumns";
import { type NodeFinder, noNode } from "../scan/nodeFinder";
import { pieceBytes, walkObjects } from "./objectWalk";

/** What a walk over all references needs besides the columns. */
export interface ReferenceInputs {
  readonly columns: HeapColumns;
  readonly source: ByteSource;
  readonly nodes: NodeFinder;
  /** Frame locals by thread object. */
  readonly locals: ReadonlyMap<number, readonly number[]>;
}

/**
 * Visits every reference of a dump, weak ones included, null and dangling ones left out: those of objects in index
 * order, of threads to their locals, of class objects. That of an instance to its class is left out: the class column
 * has it.
 */
export function walkReferences(
  { columns, source, nodes, locals }: ReferenceInputs,
  work: Work,
  visit: (from: number, target: number) => void,
): void {
  const { idSize, classes: rows } = columns;
  const { classByObject } = columns.objects;
  const { nodeAt } = nodes;
  const kernel = makeKernelClasses(rows, idSize, { strongReferents: true });
  const window = new Window(source, pieceBytes);
  const wide = idSize === 8;
  const headBytes = 9 + 2 * idSize;
  const visitId = (from: number, index: number): void => {
    const { view } = window;
    const high = wide ? view.getUint32(index) : 0;
    const low = view.getUint32(index + idSize - 4);
    const target = (high | low) === 0 ? noNode : nodeAt(high, low);
    if (target !== noNode) visit(from, target);
  };
  walkObjects(columns, window, "Listing who refers to whom", work, (object, tag, position, bytes) => {
    if (tag === heapTag.instance) {
      const type = classByObject[object]!;
      const from = kernel.fieldStart[type]!;
      const upto = kernel.fieldStart[type + 1]!;
      if (upto === from || bytes - headBytes < kernel.dataBytes[type]!) return true;
      const shown = Math.min(bytes, pieceBytes);
      const at = window.at(position, shown) + headBytes;
      for (let field = from; field < upto; field++) {
        const offset = kernel.fieldOffsets[field]!;
        if (offset + idSize + headBytes <= shown) visitId(object, at + offset);
      }
    } else if (tag === heapTag.objectArray) {
      const step = pieceBytes / 2;
      for (let from = headBytes; from < bytes; from += step) {
        const some = Math.min(step, bytes - from);
        const at = window.at(position + from, some);
        if (at < 0) break;
        for (let k = at; k + idSize <= at + some; k += idSize) visitId(object, k);
      }
    }
    return true;
  });
  for (const [thread, held] of locals) for (const local of held) visit(thread, local);
  rows.forEach((_, type) => {
    for (const target of classObjectTargets(rows, columns.objectCount, type, nodes))
      visit(columns.objectCount + type, target);
  });
}
