import type { Work } from "../../../base/work";
import type { Graph } from "../graph";
import type { ObjectIndex, TypeIndex } from "../nodes";

/** Objects between two looks at the cancel flag: about a millisecond of work. */
const stride = 1 << 14;

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
  const objects = new Uint32Array(Math.min(count, stride));
  const types = new Uint32Array(objects.length);
  for (let from = 0; from < count; from += stride) {
    work.throwIfCancelled();
    work.report(step, from / count);
    const some = Math.min(stride, count - from);
    for (let k = 0; k < some; k++) objects[k] = from + k;
    graph.typesOf(objects.subarray(0, some), types);
    for (let k = 0; k < some; k++) {
      const type = types[k]! as TypeIndex;
      if (wanted[type] === 1) visit((from + k) as ObjectIndex, type);
    }
  }
}

/** Flags the types for which `matches` holds, for {@link forEachInstanceOf}. */
export function typeFlags(graph: Graph, matches: (type: TypeIndex) => boolean): Uint8Array {
  const flags = new Uint8Array(graph.types.count);
  for (let type = 0; type < flags.length; type++) if (matches(type as TypeIndex)) flags[type] = 1;
  return flags;
}

/** How many instances the flagged types have. */
export function instancesIn(graph: Graph, wanted: Uint8Array): number {
  return wanted.reduce(
    (sum, flag, type) => (flag === 1 ? sum + graph.types.instanceCountOf(type as TypeIndex) : sum),
    0,
  );
}
