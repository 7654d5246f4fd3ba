import type { Graph, GraphReference } from "../graph";
import type { ObjectIndex } from "../nodes";

/** A field, or a slot, through which one object holds another. */
export interface Holding {
  readonly holder: ObjectIndex;
  readonly reference: GraphReference;
  /** Type that declares the field, or of the array. */
  readonly className: string;
  /** Field name, `[12]` for a slot. */
  readonly field: string;
  readonly static: boolean;
}

/** Describes a reference as a holding; undefined for references that are neither a field nor a slot. */
export function holdingOf(graph: Graph, holder: ObjectIndex, reference: GraphReference): Holding | undefined {
  const { name, slot, declaredBy } = reference;
  if (name === undefined && slot === undefined) return undefined;
  const type = declaredBy ?? graph.typeOf(holder);
  return {
    holder,
    reference,
    className: graph.types.nameOf(type),
    field: name ?? `[${slot}]`,
    static: reference.kind === "static",
  };
}
