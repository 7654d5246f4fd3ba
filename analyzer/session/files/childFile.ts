import { writeSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import type { ProblemList } from "../../base/problems";
import type { Work } from "../../base/work";
import { blockSumsOf, type StoredColumn } from "../../heap/graph/columns/storedColumn";
import type { HeapColumns } from "../../heap/hprof/index/heapColumns";
import type { LoadedIndex } from "../index/indexStore";
import { reasonOf } from "./fileSource";
import { createTemporaryFile } from "./temporaryFile";

/** Lists below this stay in memory: 8 bytes a node. */
const worthAFile = 32 << 20;
const step = 64 << 20;

/**
 * Moves the children lists of an index that is not saved into a temporary file, as a saved one has them in its own.
 * Without room for that they stay in memory and a problem says so.
 */
export function moveChildrenToFile(
  columns: HeapColumns,
  problems: ProblemList,
  work: Work,
): LoadedIndex | undefined {
  const { dominators } = columns;
  const { starts, nodes } = dominators?.children ?? {};
  if (dominators === undefined || !(starts instanceof Uint32Array) || !(nodes instanceof Uint32Array)) {
    return undefined;
  }
  if (starts.byteLength + nodes.byteLength < worthAFile) return undefined;
  try {
    const { fd } = createTemporaryFile(columns.path);
    let written = 0;
    const write = (column: Uint32Array): StoredColumn => {
      const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
      const offset = Math.ceil(written / 8) * 8;
      written = offset;
      for (let at = 0; at < bytes.length; ) {
        work.throwIfCancelled();
        const some = writeSync(fd, bytes, at, Math.min(step, bytes.length - at), written);
        at += some;
        written += some;
      }
      return { length: column.length, offset, blockSums: blockSumsOf(bytes, work) };
    };
    const children = { starts: write(starts), nodes: write(nodes) };
    return {
      columns: { ...columns, dominators: { ...dominators, children } },
      stored: { name: columns.path, fd, byteLength: written },
    };
  } catch (error) {
    if (error instanceof ExhumeError && error.fault.code === "cancelled") throw error;
    problems.add({
      code: "children-in-memory",
      message: `There is no room for a temporary file (${reasonOf(error)}); the dominator tree takes 8 bytes an object more of memory.`,
      losesData: false,
    });
    return undefined;
  }
}
