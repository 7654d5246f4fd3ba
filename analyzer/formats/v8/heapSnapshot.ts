import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { JsonCursor } from "./jsonCursor";
import { readSnapshotLayout, type SnapshotLayout } from "./snapshotLayout";

/** Nodes and edges of a snapshot as columns in shared memory. Edges of a node stand one after another. */
export interface HeapSnapshot {
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly nodes: SnapshotNodes;
  readonly edges: SnapshotEdges;
  /** Where in the file each string begins, at its quote: strings are read when they are asked for. */
  readonly stringOffsets: Float64Array;
}

export interface SnapshotNodes {
  readonly count: number;
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Float64Array;
  readonly selfSize: Float64Array;
  /** The edges of node n are `edgeStart[n] … edgeStart[n+1]-1`. */
  readonly edgeStart: Uint32Array;
}

export interface SnapshotEdges {
  readonly count: number;
  readonly type: Uint8Array;
  readonly nameOrIndex: Uint32Array;
  readonly toNode: Uint32Array;
}

/** Numbers between two looks at the cancel flag. */
const stride = 1 << 18;

/**
 * Reads a heap snapshot of V8 (`.heapsnapshot`): one JSON object of flat arrays of numbers, whose fields its header
 * names. Members may come in any order and unknown ones are passed over.
 * @throws ExhumeError `damaged`, with the offset, when nodes or edges are missing: half a graph has other dominators
 */
export function readHeapSnapshot(source: ByteSource, problems: ProblemList, work: Work): HeapSnapshot {
  const cursor = new JsonCursor(source);
  let layout: SnapshotLayout | undefined;
  let nodes: SnapshotNodes | undefined;
  let edges: SnapshotEdges | undefined;
  let stringOffsets: Float64Array = new Float64Array(0);
  const described = (): SnapshotLayout => layout ?? cursor.fail("the snapshot is not described first");
  cursor.take("{");
  for (let more = cursor.peek() !== 0x7d; more; more = cursor.takes(",")) {
    const name = cursor.takeString(64);
    cursor.take(":");
    if (name === "snapshot") layout = readSnapshotLayout(cursor);
    else if (name === "nodes") nodes = readNodes(cursor, source, described(), work);
    else if (name === "edges") edges = readEdges(cursor, source, described(), work);
    else if (name === "strings") stringOffsets = readStringOffsets(cursor, problems, work);
    else skipMember(cursor, problems, nodes !== undefined && edges !== undefined);
    if (cursor.peek() < 0) break;
  }
  if (layout === undefined || nodes === undefined || edges === undefined) {
    return cursor.fail("the snapshot ends before its nodes and edges");
  }
  if (nodes.edgeStart[nodes.count] !== edges.count) {
    cursor.fail(`the nodes have ${nodes.edgeStart[nodes.count]} edges, the snapshot ${edges.count}`);
  }
  return { nodeTypes: layout.nodeTypes, edgeTypes: layout.edgeTypes, nodes, edges, stringOffsets };
}

function readNodes(
  cursor: JsonCursor,
  source: ByteSource,
  layout: SnapshotLayout,
  work: Work,
): SnapshotNodes {
  const { nodeCount: count, node: fields } = layout;
  refuseAbsurd(cursor, source, count * layout.nodeFields);
  const type = new Uint8Array(new SharedArrayBuffer(count));
  const name = new Uint32Array(new SharedArrayBuffer(4 * count));
  const id = new Float64Array(new SharedArrayBuffer(8 * count));
  const selfSize = new Float64Array(new SharedArrayBuffer(8 * count));
  const edgeStart = new Uint32Array(new SharedArrayBuffer(4 * (count + 1)));
  let edges = 0;
  readRecords(cursor, { count, fields: layout.nodeFields, step: "Reading nodes", work }, (node, values) => {
    type[node] = values[fields.type]!;
    name[node] = values[fields.name]!;
    id[node] = values[fields.id]!;
    selfSize[node] = values[fields.selfSize]!;
    edges += values[fields.edgeCount]!;
    if (edges > layout.edgeCount) cursor.fail("the nodes have more edges than the snapshot");
    edgeStart[node + 1] = edges;
  });
  return { count, type, name, id, selfSize, edgeStart };
}

function readEdges(
  cursor: JsonCursor,
  source: ByteSource,
  layout: SnapshotLayout,
  work: Work,
): SnapshotEdges {
  const { edgeCount: count, edge: fields, nodeFields, nodeCount } = layout;
  refuseAbsurd(cursor, source, count * layout.edgeFields);
  const type = new Uint8Array(new SharedArrayBuffer(count));
  const nameOrIndex = new Uint32Array(new SharedArrayBuffer(4 * count));
  const toNode = new Uint32Array(new SharedArrayBuffer(4 * count));
  readRecords(cursor, { count, fields: layout.edgeFields, step: "Reading edges", work }, (edge, values) => {
    const target = values[fields.toNode]! / nodeFields;
    if (!Number.isInteger(target) || target >= nodeCount) cursor.fail("an edge leads to no node");
    type[edge] = values[fields.type]!;
    nameOrIndex[edge] = values[fields.nameOrIndex]!;
    toNode[edge] = target;
  });
  return { count, type, nameOrIndex, toNode };
}

/** A number takes two bytes with its comma: counts the file has no room for are not allocated. */
function refuseAbsurd(cursor: JsonCursor, source: ByteSource, numbers: number): void {
  if (2 * numbers > source.byteLength - cursor.offset + 2)
    cursor.fail("the file is too short for what it counts");
}

interface Records {
  readonly count: number;
  readonly fields: number;
  readonly step: string;
  readonly work: Work;
}

function readRecords(
  cursor: JsonCursor,
  { count, fields, step, work }: Records,
  visit: (record: number, values: Float64Array) => void,
): void {
  const values = new Float64Array(fields);
  cursor.take("[");
  for (let record = 0; record < count; record++) {
    if (record % stride === 0) {
      work.throwIfCancelled();
      work.report(step, record / count);
    }
    for (let field = 0; field < fields; field++) {
      if (record > 0 || field > 0) cursor.take(",");
      values[field] = cursor.takeWhole();
    }
    visit(record, values);
  }
  cursor.take("]");
}

/** Strings that cannot be read any more cost names only. */
function readStringOffsets(cursor: JsonCursor, problems: ProblemList, work: Work): Float64Array {
  let offsets = new Float64Array(1 << 16);
  let count = 0;
  cursor.take("[");
  try {
    for (let more = cursor.peek() !== 0x5d; more; more = cursor.takes(",")) {
      if (count % stride === 0) work.throwIfCancelled();
      cursor.peek();
      if (count === offsets.length) {
        const longer = new Float64Array(2 * count);
        longer.set(offsets);
        offsets = longer;
      }
      offsets[count] = cursor.offset;
      cursor.skipString();
      count++;
    }
    cursor.take("]");
  } catch (error) {
    if (!(error instanceof ExhumeError) || error.fault.code !== "damaged") throw error;
    const { what, offset } = error.fault;
    const message = `The strings of the snapshot end early (${what}): some names are missing.`;
    problems.add({ code: "truncated", message, offset, losesData: false });
  }
  const shared = new Float64Array(new SharedArrayBuffer(8 * count));
  shared.set(offsets.subarray(0, count));
  return shared;
}

/** A member nobody asks for; once the graph is there its damage costs nothing that is shown. */
function skipMember(cursor: JsonCursor, problems: ProblemList, hasGraph: boolean): void {
  try {
    cursor.skipValue();
  } catch (error) {
    if (!hasGraph || !(error instanceof ExhumeError) || error.fault.code !== "damaged") throw error;
    const message = `The snapshot ends early (${error.fault.what}): names may be missing.`;
    problems.add({ code: "truncated", message, offset: error.fault.offset, losesData: false });
  }
}

/** Longest text shown of a string: V8 itself cuts at 1,024 characters. */
const longestText = 8 * 1024;

/** Reads strings of a snapshot when they are asked for, and remembers the last ones. */
export function openSnapshotStrings(source: ByteSource, { stringOffsets }: HeapSnapshot) {
  const cursor = new JsonCursor(source, stringWindow);
  const known = new Map<number, string>();
  return (index: number): string => {
    const offset = stringOffsets[index];
    if (offset === undefined) return "";
    const remembered = known.get(index);
    if (remembered !== undefined) return remembered;
    cursor.moveTo(offset);
    const text = cursor.takeString(longestText);
    if (known.size >= stringsKept) known.clear();
    known.set(index, text);
    return text;
  };
}

const stringsKept = 50_000;
const stringWindow = 1024;
