import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import type { ObjectIndex, TypeIndex } from "../nodes";

/** Objects between two looks at the cancel flag: about a millisecond of work. */
const stride = 1 << 16;

/**
 * Visits every instance whose type is flagged, in one sweep over the type column, in index order.
 * @param wanted one entry per type index, 1 for the types to visit
 */
export function forEachInstanceOf(
  graph: Graph,
  wanted: Uint8Array,
  work: Work,
  step: string,
  visit: (object: ObjectIndex, type: TypeIndex) => void,
): void {
  const count = graph.instanceCount;
  for (let object = 0; object < count; object++) {
    if (object % stride === 0) {
      work.throwIfCancelled();
      work.report(step, object / count);
    }
    const type = graph.typeOf(object as ObjectIndex);
    if (wanted[type] === 1) visit(object as ObjectIndex, type);
  }
}

/** Flags the types for which `matches` holds, for {@link forEachInstanceOf}. */
export function typeFlags(graph: Graph, matches: (type: TypeIndex) => boolean): Uint8Array {
  const flags = new Uint8Array(graph.types.count);
  for (let type = 0; type < flags.length; type++) if (matches(type as TypeIndex)) flags[type] = 1;
  return flags;
}
