import { type HeapSnapshot, openSnapshotStrings, readHeapSnapshot } from "../../formats/v8/heapSnapshot";
import type { GraphAdapter } from "../graph/memory/graphAdapter";
import type { EdgeName, NamedMemoryGraph } from "../graph/memory/graphNames";
import { isProgramType, stringKinds, typeOfKind } from "./nodeTypes";
import { snapshotGraph } from "./snapshotGraph";

interface SnapshotColumns {
  readonly snapshot: HeapSnapshot;
  readonly graph: NamedMemoryGraph;
}

/** Characters of a string shown in a label. */
const labelLength = 120;

/** Heap snapshots of V8: Node, Chrome, Electron. */
export const v8Adapter: GraphAdapter<SnapshotColumns> = {
  read(source, problems, work) {
    const snapshot = readHeapSnapshot(source, problems, work);
    return { snapshot, graph: snapshotGraph(snapshot, openSnapshotStrings(source, snapshot), work) };
  },
  namesOf({ snapshot: whole }, source) {
    const { nodeTypes, edgeTypes, nodes, edges } = whole;
    const textOf = openSnapshotStrings(source, whole);
    return {
      path: source.name,
      nameOfEdge(edge): EdgeName {
        const kind = edgeTypes[edges.type[edge]!] ?? "unknown";
        const nameOrIndex = edges.nameOrIndex[edge]!;
        if (kind === "element") return { kind, slot: nameOrIndex };
        return kind === "hidden" ? { kind } : { kind, name: textOf(nameOrIndex) };
      },
      labelOf(node) {
        const kind = nodeTypes[nodes.type[node]!] ?? "";
        // The name of the others is their type already.
        if (typeOfKind(kind) === undefined) return undefined;
        const text = textOf(nodes.name[node]!);
        const shown = text.length > labelLength ? `${text.slice(0, labelLength)}…` : text;
        if (stringKinds.includes(kind)) return `"${shown}"`;
        return shown === "" ? undefined : shown;
      },
      rootKindsOf: () => ["root"],
      isOwnType: isProgramType,
    };
  },
};
