import type { JsonCursor } from "./jsonCursor";

/** Where the numbers of a node and of an edge stand, and what their type numbers mean: both changed between versions. */
export interface SnapshotLayout {
  readonly nodeFields: number;
  readonly node: NodeFields;
  readonly nodeTypes: readonly string[];
  readonly edgeFields: number;
  readonly edge: EdgeFields;
  readonly edgeTypes: readonly string[];
  readonly nodeCount: number;
  readonly edgeCount: number;
}

interface NodeFields {
  readonly type: number;
  readonly name: number;
  readonly id: number;
  readonly selfSize: number;
  readonly edgeCount: number;
}

interface EdgeFields {
  readonly type: number;
  /** A number for elements and hidden edges, else an index into the strings. */
  readonly nameOrIndex: number;
  /** An index into the flat array of nodes. */
  readonly toNode: number;
}

/** The header is a few hundred bytes in every version. */
const longestHeader = 1 << 20;
const mostFields = 64;
/** DevTools does not read more either; one node takes some twenty bytes. */
const mostNodes = 0xfffffffe;

/** Reads the value of `snapshot`. @throws ExhumeError `damaged` when it does not describe nodes and edges */
export function readSnapshotLayout(cursor: JsonCursor): SnapshotLayout {
  cursor.peek();
  const start = cursor.offset;
  cursor.skipValue();
  if (cursor.offset - start > longestHeader)
    cursor.fail("the description of the snapshot is too long", start);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder().decode(cursor.bytes(start, cursor.offset)));
  } catch {
    cursor.fail("the description of the snapshot cannot be read", start);
  }
  const meta = memberOf(header, "meta");
  const nodeFields = namesIn(memberOf(meta, "node_fields"));
  const edgeFields = namesIn(memberOf(meta, "edge_fields"));
  const need = (fields: readonly string[], name: string): number => {
    const at = fields.indexOf(name);
    if (at < 0 || fields.length > mostFields)
      cursor.fail(`the snapshot does not say where ${name} stands`, start);
    return at;
  };
  const count = (name: string): number => {
    const value = memberOf(header, name);
    if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > mostNodes) {
      cursor.fail(`${name} is not a count`, start);
    }
    return value;
  };
  return {
    nodeFields: nodeFields.length,
    node: {
      type: need(nodeFields, "type"),
      name: need(nodeFields, "name"),
      id: need(nodeFields, "id"),
      selfSize: need(nodeFields, "self_size"),
      edgeCount: need(nodeFields, "edge_count"),
    },
    nodeTypes: namesIn(elementOf(memberOf(meta, "node_types"), 0)),
    edgeFields: edgeFields.length,
    edge: {
      type: need(edgeFields, "type"),
      nameOrIndex: need(edgeFields, "name_or_index"),
      toNode: need(edgeFields, "to_node"),
    },
    edgeTypes: namesIn(elementOf(memberOf(meta, "edge_types"), 0)),
    nodeCount: count("node_count"),
    edgeCount: count("edge_count"),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function elementOf(value: unknown, index: number): unknown {
  return Array.isArray(value) ? value[index] : undefined;
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
