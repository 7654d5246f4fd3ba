import { type RootRecords, rootKinds } from "../../../formats/hprof/rootRecords";
import type { GcRoot, RootKind } from "../../heap";
import { type NodeFinder, noNode } from "../scan/nodeFinder";

/** Roots of nodes the file has, in its order, as columns. */
export interface RootTable {
  /** Positions in `rootKinds`. */
  readonly kinds: Uint8Array;
  /** Node indices. */
  readonly objects: Uint32Array;
  readonly threadSerials: Uint32Array;
  readonly frames: Int32Array;
}

const threadObject = rootKinds.indexOf("thread-object");

export function rootTableOf(records: RootRecords, { nodeAt }: NodeFinder): RootTable {
  const { count, highs, lows, kinds, threadSerials, frames } = records;
  const nodes = new Uint32Array(count);
  let found = 0;
  const rows = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    const node = nodeAt(highs[row]!, lows[row]!);
    if (node === noNode) continue;
    nodes[found] = node;
    rows[found++] = row;
  }
  const table: RootTable = {
    kinds: new Uint8Array(new SharedArrayBuffer(found)),
    objects: new Uint32Array(new SharedArrayBuffer(4 * found)),
    threadSerials: new Uint32Array(new SharedArrayBuffer(4 * found)),
    frames: new Int32Array(new SharedArrayBuffer(4 * found)),
  };
  for (let index = 0; index < found; index++) {
    const row = rows[index]!;
    table.kinds[index] = kinds[row]!;
    table.objects[index] = nodes[index]!;
    table.threadSerials[index] = threadSerials[row]!;
    // What stands there of a thread object is the serial of its stack trace.
    table.frames[index] = kinds[row] === threadObject ? -1 : frames[row]!;
  }
  return table;
}

export function kindOfRoot({ kinds }: RootTable, row: number): RootKind {
  return rootKinds[kinds[row]!] ?? "unknown";
}

export function gcRootsOf(table: RootTable): GcRoot[] {
  return Array.from(table.objects, (object, row) => ({
    object: object as GcRoot["object"],
    kind: kindOfRoot(table, row),
    threadSerial: table.threadSerials[row]!,
    frame: table.frames[row]!,
  }));
}
