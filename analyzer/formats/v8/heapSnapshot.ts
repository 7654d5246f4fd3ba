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
  const strings = new OffsetList();
  const described = (): SnapshotLayout => layout ?? cursor.fail("the snapshot is not described first");
  try {
    cursor.take("{");
    for (let more = cursor.peek() !== 0x7d; more; more = cursor.takes(",")) {
      const name = cursor.takeString(64);
      cursor.take(":");
      if (name === "snapshot") layout = readSnapshotLayout(cursor);
      else if (name === "nodes") nodes = readNodes(cursor, source, described(), work);
      else if (name === "edges") edges = readEdges(cursor, source, described(), work);
      else if (name === "strings") readStringOffsets(cursor, strings, work);
      else cursor.skipValue();
    }
    cursor.take("}");
  } catch (error) {
    const hasGraph = nodes !== undefined && edges !== undefined;
    if (!hasGraph || !(error instanceof ExhumeError) || error.fault.code !== "damaged") throw error;
    // Strings that cannot be read any more cost names only.
    const message = `The snapshot ends early (${error.fault.what}): names may be missing.`;
    problems.add({ code: "truncated", message, offset: error.fault.offset, losesData: false });
  }
  if (layout === undefined || nodes === undefined || edges === undefined) {
    return cursor.fail("the snapshot ends before its nodes and edges");
  }
  if (nodes.edgeStart[nodes.count] !== edges.count) {
    cursor.fail(`the nodes have ${nodes.edgeStart[nodes.count]} edges, the snapshot ${edges.count}`);
  }
  const { nodeTypes, edgeTypes } = layout;
  return { nodeTypes, edgeTypes, nodes, edges, stringOffsets: strings.shared() };
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

/** Numbers whose count is not known before. */
class OffsetList {
  private offsets = new Float64Array(1 << 16);
  private count = 0;

  add(offset: number): void {
    if (this.count === this.offsets.length) {
      const longer = new Float64Array(2 * this.count);
      longer.set(this.offsets);
      this.offsets = longer;
    }
    this.offsets[this.count++] = offset;
  }

  shared(): Float64Array {
    const shared = new Float64Array(new SharedArrayBuffer(8 * this.count));
    shared.set(this.offsets.subarray(0, this.count));
    return shared;
  }
}

/** Where each string begins; those before damage are kept. */
function readStringOffsets(cursor: JsonCursor, offsets: OffsetList, work: Work): void {
  cursor.take("[");
  let count = 0;
  for (let more = cursor.peek() !== 0x5d; more; more = cursor.takes(",")) {
    if (count++ % stride === 0) work.throwIfCancelled();
    cursor.peek();
    const { offset } = cursor;
    cursor.skipString();
    offsets.add(offset);
  }
  cursor.take("]");
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
