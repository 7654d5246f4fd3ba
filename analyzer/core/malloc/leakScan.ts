import type { Work } from "../../base/work";
import type { BlockMarks } from "./blockMarks";
import type { BlockNames } from "./blockNames";
import type { MallocHeap } from "./mallocHeap";

/** What is in use, and what of it nothing refers to: grouped by type, pattern and size. */
export interface LeakScan {
  readonly leakedBlocks: number;
  /** Chunk sizes, headers included. */
  readonly leakedBytes: number;
  /** Most bytes first, capped. */
  readonly groups: readonly LeakGroup[];
  /** Blocks by what they are, leaked or not; most bytes first, capped. */
  readonly kinds: readonly BlockKind[];
  /** Blocks in use, and those of them that have a name. */
  readonly totals: { readonly bytes: number; readonly namedBytes: number };
  /** Blocks without a name by what else is known of them, where something is. */
  readonly rest: readonly BlockKind[];
}

/** Blocks that are the same, as far as can be told. */
export interface BlockKind {
  /** A type, or a pattern. */
  readonly name: string;
  readonly count: number;
  readonly bytes: number;
  /** Address of the largest one, and its size. */
  readonly largest: number;
  readonly largestBytes: number;
}

export interface LeakGroup {
  readonly type?: string;
  /** What it was recognised as by what is in it. */
  readonly pattern?: string;
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
  readonly names: BlockNames;
  readonly marks: BlockMarks;
}

/**
 * Groups the blocks in use by what they are, and those that marking did not reach.
 * @throws ExhumeError `cancelled`
 */
export function scanForLeaks({ blocks }: MallocHeap, { names, marks }: LeakEvidence, work: Work): LeakScan {
  const groups = new Map<string, OpenGroup>();
  const kinds = new KindCounts();
  const rest = new KindCounts();
  let leakedBlocks = 0;
  let leakedBytes = 0;
  for (let index = 0; index < blocks.count; index++) {
    if (index % 4096 === 0) work.throwIfCancelled();
    const size = blocks.sizeOf(index);
    const start = blocks.startOf(index);
    const type = names.typeOf(index);
    const pattern = names.patternOf(index);
    const name = type ?? pattern;
    if (name !== undefined) kinds.add(name, start, size);
    else rest.add(names.restOf?.(index), start, size);
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
    kinds: kinds.largest(mostGroups),
    totals: { bytes: kinds.bytes + rest.bytes, namedBytes: kinds.bytes },
    rest: rest.largest(mostGroups),
  };
}

interface OpenGroup extends LeakGroup {
  count: number;
  bytes: number;
  readonly samples: number[];
}

type OpenKind = { -readonly [Field in keyof BlockKind]: BlockKind[Field] };

class KindCounts {
  private readonly kinds = new Map<string, OpenKind>();
  bytes = 0;

  add(name: string | undefined, start: number, size: number): void {
    this.bytes += size;
    if (name === undefined) return;
    const kind = this.kinds.get(name);
    if (kind === undefined) {
      if (this.kinds.size < mostKinds)
        this.kinds.set(name, { name, count: 1, bytes: size, largest: start, largestBytes: size });
      return;
    }
    kind.count++;
    kind.bytes += size;
    if (size <= kind.largestBytes) return;
    kind.largest = start;
    kind.largestBytes = size;
  }

  largest(most: number): BlockKind[] {
    return [...this.kinds.values()].sort((a, b) => b.bytes - a.bytes).slice(0, most);
  }
}
