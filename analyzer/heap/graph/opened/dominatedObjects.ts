import type { ByteSource } from "../../../base/byteSource";
import { unwatched } from "../../../base/work";
import { type WordReader, wordsInFile, wordsInMemory } from "../columns/storedColumn";
import { listChildren, sortByRetained, sortedBeyond, sortLongLists } from "../dominators/childLists";
import type { ChildColumns, DominatorColumns } from "../dominators/dominatorColumns";

/** Children in the dominator tree, biggest retained size first; `node` -1 is the virtual root. */
export interface DominatedObjects {
  countOf(node: number): number;
  /** A part of them, without reading or sorting the others of a long list. */
  page(node: number, start: number, count: number): number[];
  /** All of them. */
  all(node: number): Uint32Array;
}

interface Lists {
  readonly starts: WordReader;
  readonly nodes: WordReader;
}

const parentsKept = 64;

/**
 * Reads the children lists of an index, from memory or from the file in which they stayed. When that file is damaged
 * or gone they are made again, here.
 * @param retainedUnitsOf of nodes whose units do not fit their cell, too
 */
export function openDominatedObjects(
  columns: DominatorColumns,
  retainedUnitsOf: (node: number) => number,
  stored: ByteSource | undefined,
): DominatedObjects {
  const { immediateDominator, retainedUnits } = columns;
  const root = immediateDominator.length;
  /** Lists that are sorted when asked for, as they are asked for. */
  const kept = new Map<number, Uint32Array>();
  let lists = listsOf(columns.children, stored) ?? makeLists();

  function makeLists(): Lists {
    const made = listChildren(immediateDominator, unwatched);
    sortLongLists(made, retainedUnits, retainedUnitsOf, unwatched);
    return { starts: wordsInMemory(made.starts), nodes: wordsInMemory(made.nodes) };
  }

  function reading<Result>(read: (from: Lists) => Result | undefined): Result {
    const result = read(lists);
    if (result !== undefined) return result;
    lists = makeLists();
    return read(lists)!;
  }

  function rangeOf(node: number): { readonly start: number; readonly end: number } {
    const at = node < 0 ? root : node;
    return reading(({ starts }) => {
      const start = starts.wordAt(at);
      const end = starts.wordAt(at + 1);
      return start === undefined || end === undefined ? undefined : { start, end };
    });
  }

  function shortList(node: number, start: number, end: number): Uint32Array {
    const known = kept.get(node);
    if (known !== undefined) {
      kept.delete(node);
      kept.set(node, known);
      return known;
    }
    const sorted = reading(({ nodes }) => nodes.words(start, end)).slice();
    sortByRetained(sorted, retainedUnits, retainedUnitsOf, unwatched);
    if (kept.size >= parentsKept) kept.delete(kept.keys().next().value!);
    kept.set(node, sorted);
    return sorted;
  }

  function all(node: number): Uint32Array {
    const { start, end } = rangeOf(node);
    return end - start <= sortedBeyond
      ? shortList(node, start, end)
      : reading(({ nodes }) => nodes.words(start, end));
  }

  return {
    countOf(node) {
      const { start, end } = rangeOf(node);
      return end - start;
    },
    page(node, from, count) {
      const { start, end } = rangeOf(node);
      const upto = Math.min(end, start + from + count);
      if (start + from >= upto) return [];
      if (end - start <= sortedBeyond)
        return Array.from(shortList(node, start, end).subarray(from, upto - start));
      return Array.from(reading(({ nodes }) => nodes.words(start + from, upto)));
    },
    all,
  };
}

function listsOf({ starts, nodes }: ChildColumns, stored: ByteSource | undefined): Lists | undefined {
  if (starts instanceof Uint32Array && nodes instanceof Uint32Array) {
    return { starts: wordsInMemory(starts), nodes: wordsInMemory(nodes) };
  }
  if (stored === undefined || starts instanceof Uint32Array || nodes instanceof Uint32Array) return undefined;
  return { starts: wordsInFile(starts, stored), nodes: wordsInFile(nodes, stored) };
}
