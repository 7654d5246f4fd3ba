import { popCount } from "../../graph/bits";
import { highWords, irregularBase, pageBits, slotsPerBlock, wordsPerPage } from "./addressPages";
import { type GranulePart, type ScanInput, scanCell, scanStop } from "./scanInput";

/**
 * What a group under way found: words of the bitmap with the index of their first object, counted from the first
 * object of the group. The last word is open: the next object may belong to it.
 */
export interface WordScratch {
  readonly numbers: Float64Array;
  readonly bases: Uint32Array;
  readonly bits: Uint32Array;
  /** Of each object, for files in no order. */
  readonly granules: Float64Array | undefined;
  words: number;
  objects: number;
  /** -1 when no word is open. */
  openWord: number;
  openBits: number;
  openBase: number;
}

export function newWordScratch(objects: number, keepGranules: boolean): WordScratch {
  return {
    numbers: new Float64Array(objects),
    bases: new Uint32Array(objects),
    bits: new Uint32Array(objects),
    granules: keepGranules ? new Float64Array(objects) : undefined,
    words: 0,
    objects: 0,
    openWord: -1,
    openBits: 0,
    openBase: 0,
  };
}

/** Stops the scan in all workers; the first reason stays. */
export function stopScan({ control }: ScanInput, reason: number): void {
  Atomics.compareExchange(control, scanCell.stop, scanStop.none, reason);
}

/** Enters the addresses of objects into the pages all workers share. */
export function newAddressWriter(input: ScanInput) {
  const { control, pages } = input;
  const { shift, blocks, slots, words } = pages;
  const pageShift = pageBits + shift;
  const blockSlots = slotsPerBlock(shift);
  const pageCapacity = words.length / (2 * wordsPerPage);
  const blockCapacity = slots.length / blockSlots;
  const irregularGranules: number[] = [];
  const irregularIndices: number[] = [];
  const granuleParts: GranulePart[] = [];
  let duplicateIds = 0;

  /** Page number of an address, made when new; -1 when there is no room (the scan is then stopped). */
  function pageOf(high: number, low: number): number {
    if (high >= highWords) return -1;
    const block = numberIn(blocks, high, scanCell.blocks, blockCapacity);
    if (block === 0) return -1;
    const at = (block - 1) * blockSlots + (low >>> pageShift);
    return numberIn(slots, at, scanCell.pages, pageCapacity) - 1;
  }

  /** Number in a cell of a table, given out when new; 0 when all are given. */
  function numberIn(table: Int32Array, at: number, counter: number, capacity: number): number {
    const known = Atomics.load(table, at);
    if (known !== 0) return known;
    const fresh = Atomics.add(control, counter, 1) + 1;
    if (fresh > capacity) {
      stopScan(input, scanStop.pagesFull);
      return 0;
    }
    const before = Atomics.compareExchange(table, at, 0, fresh);
    return before === 0 ? fresh : before;
  }

  /** Publishes a group whose first object has the index `first`, and empties the scratch. */
  function publish(scratch: WordScratch, first: number): void {
    if (scratch.granules === undefined) {
      for (let k = 0; k < scratch.words; k++) {
        publishWord(scratch.numbers[k]!, scratch.bits[k]!, first + scratch.bases[k]!);
      }
    } else {
      for (let k = 0; k < scratch.words; k++) {
        const at = 2 * scratch.numbers[k]! + 1;
        words[at] = words[at]! | scratch.bits[k]!;
      }
      const copy = new Float64Array(new SharedArrayBuffer(8 * scratch.objects));
      copy.set(scratch.granules.subarray(0, scratch.objects));
      granuleParts.push({ firstObject: first, granules: copy });
    }
    scratch.words = 0;
    scratch.objects = 0;
  }

  function publishWord(number: number, added: number, base: number): void {
    const bits = words[2 * number + 1]!;
    if (bits === 0) {
      words[2 * number] = base;
      words[2 * number + 1] = added;
      return;
    }
    if ((bits & added) !== 0) duplicateIds += popCount(bits & added);
    const oldBase = words[2 * number]!;
    const follows = oldBase !== irregularBase && oldBase + popCount(bits) === base;
    if (follows && bits < (added & -added) >>> 0) {
      words[2 * number + 1] = bits | added;
      return;
    }
    if (oldBase !== irregularBase) listIrregular(number, bits, 0, oldBase);
    // Of objects with one id the first stays.
    listIrregular(number, added, bits, base);
    words[2 * number] = irregularBase;
    words[2 * number + 1] = bits | added;
  }

  /** Lists the objects of a word apart, those left out that `known` has. */
  function listIrregular(word: number, bits: number, known: number, base: number): void {
    let index = base;
    for (let b = 0; b < 32; b++) {
      const bit = 1 << b;
      if ((bits & bit) === 0) continue;
      if ((known & bit) === 0) {
        irregularGranules.push(word * 32 + b);
        irregularIndices.push(index);
      }
      index++;
    }
  }

  return {
    pageOf,
    publish,
    irregularGranules,
    irregularIndices,
    granuleParts,
    duplicateIds: () => duplicateIds,
  };
}

/** Closes the open word, so that all words of a group are listed. */
export function closeWord(scratch: WordScratch): void {
  if (scratch.openWord < 0) return;
  scratch.numbers[scratch.words] = scratch.openWord;
  scratch.bases[scratch.words] = scratch.openBase;
  scratch.bits[scratch.words++] = scratch.openBits;
  scratch.openWord = -1;
}
