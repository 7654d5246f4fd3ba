import type { Work } from "../../base/work";
import type { BlockMarks } from "./blockMarks";
import type { BlockTypes } from "./blockTypes";
import type { MallocHeap } from "./mallocHeap";
import type { BlockPattern, BlockPatterns } from "./patterns/pattern";

/** What is in use, and what of it nothing refers to: grouped by type (by virtual table), pattern and size. */
export interface LeakScan {
  readonly leakedBlocks: number;
  /** Chunk sizes, headers included. */
  readonly leakedBytes: number;
  /** Most bytes first, capped. */
  readonly groups: readonly LeakGroup[];
  /** Blocks by what they are, leaked or not; most bytes first, capped. */
  readonly kinds: readonly BlockKind[];
}

/** Blocks that are the same, as far as can be told. */
export interface BlockKind {
  /** C++ class, or a pattern. */
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
}

export interface LeakGroup {
  /** C++ class, when the block's first word is a virtual table a symbol names. */
  readonly type?: string;
  /** What it was recognised as otherwise. */
  readonly pattern?: BlockPattern;
  /** Chunk size with its header. */
  readonly size: number;
  readonly count: number;
  readonly bytes: number;
  /** User addresses of a few. */
  readonly samples: readonly number[];
}

const mostGroups = 1000;
const mostSamples = 5;
const mostKinds = 100_000;

/** What a leak scan goes by. */
export interface LeakEvidence {
  readonly types: BlockTypes;
  readonly marks: BlockMarks;
  readonly patterns: BlockPatterns;
}

/**
 * Groups the blocks in use by what they are, and those that marking did not reach.
 * @throws ExhumeError `cancelled`
 */
export function scanForLeaks(
  { blocks }: MallocHeap,
  { types, marks, patterns }: LeakEvidence,
  work: Work,
): LeakScan {
  const groups = new Map<string, OpenGroup>();
  const kinds = new Map<string, { count: number; bytes: number }>();
  let leakedBlocks = 0;
  let leakedBytes = 0;
  for (let index = 0; index < blocks.count; index++) {
    if (index % 4096 === 0) work.throwIfCancelled();
    const size = blocks.sizeOf(index);
    const start = blocks.startOf(index);
    const type = types.of(start);
    const pattern = patterns.of(index);
    countKind(kinds, type ?? pattern, size);
    if (marks.isReached(index)) continue;
    leakedBlocks++;
    leakedBytes += size;
    const key = `${type ?? ""} ${pattern ?? ""} ${size}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = {
        ...(type === undefined ? {} : { type }),
        ...(pattern === undefined ? {} : { pattern }),
        size,
        count: 0,
        bytes: 0,
        samples: [],
      };
      groups.set(key, group);
    }
    group.count++;
    group.bytes += size;
    if (group.samples.length < mostSamples) group.samples.push(start);
  }
  const byBytes = (a: { readonly bytes: number }, b: { readonly bytes: number }) => b.bytes - a.bytes;
  return {
    leakedBlocks,
    leakedBytes,
    groups: [...groups.values()].sort(byBytes).slice(0, mostGroups),
    kinds: [...kinds]
      .map(([name, counts]) => ({ name, ...counts }))
      .sort(byBytes)
      .slice(0, mostGroups),
  };
}

interface OpenGroup extends LeakGroup {
  count: number;
  bytes: number;
  readonly samples: number[];
}

function countKind(
  kinds: Map<string, { count: number; bytes: number }>,
  name: string | undefined,
  size: number,
): void {
  if (name === undefined) return;
  const kind = kinds.get(name);
  if (kind === undefined) {
    if (kinds.size < mostKinds) kinds.set(name, { count: 1, bytes: size });
    return;
  }
  kind.count++;
  kind.bytes += size;
}
