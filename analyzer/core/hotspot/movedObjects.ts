import type { MemoryImage } from "../memoryImage";
import { MemoryWords } from "../memoryWords";
import type { ObjectLayout } from "./objectLayout";

/**
 * Objects that a collection had copied when the process ended: where each was, and where it is now. A hash that is plain
 * data, for every thread.
 */
export interface MovedObjects {
  readonly count: number;
  /** 0 where empty. */
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** An object with another place in its first word, as the walk met it. */
export interface Move {
  readonly from: number;
  readonly to: number;
}

/** Of more nothing is followed: tables for them would take gigabytes. */
export const mostMoves = 1 << 24;
/** A collector that compacts marks objects before it moves them: what is at their places is something else then. */
const mostOthers = 0.01;

/**
 * Which of these moves were made: at the other place is an object of the same class that has not moved itself.
 * @returns undefined when none was, or when the places are still to be filled
 */
export function movesMade(
  memory: MemoryImage,
  { klassIn }: ObjectLayout,
  moves: readonly Move[],
): MovedObjects | undefined {
  // With compact headers an object that was copied has no class where it was.
  if (moves.length === 0 || moves.length > mostMoves || klassIn === "mark") return undefined;
  const [before, after] = [new MemoryWords(memory), new MemoryWords(memory)];
  const classIn = (words: MemoryWords, object: number) =>
    klassIn === "narrow" ? words.u32(object + 8) : words.u64(object + 8);
  const made = moves.filter(({ from, to }) => {
    const mark = after.u8(to);
    return mark >= 0 && (mark & 3) !== 3 && classIn(before, from) === classIn(after, to);
  });
  return moves.length - made.length > moves.length * mostOthers ? undefined : hashOf(made);
}

function hashOf(moves: readonly Move[]): MovedObjects {
  let places = 16;
  while (places < 2 * moves.length) places *= 2;
  const column = () => new Float64Array(new SharedArrayBuffer(8 * places));
  const moved = { count: moves.length, from: column(), to: column() };
  for (const { from, to } of moves) {
    const place = placeOf(moved.from, from);
    moved.from[place] = from;
    moved.to[place] = to;
  }
  return moved;
}

/** Where an address is, or would be. */
function placeOf(from: Float64Array, address: number): number {
  const mask = from.length - 1;
  let place = (Math.imul(address / 8, 0x9e37_79b1) >>> 7) & mask;
  while (from[place] !== 0 && from[place] !== address) place = (place + 1) & mask;
  return place;
}

/** @returns where the object of an address is now: the address itself when it has not moved */
export function followerOf(moved: MovedObjects | undefined): (address: number) => number {
  if (moved === undefined) return (address) => address;
  const { from, to } = moved;
  return (address) => {
    const place = placeOf(from, address);
    return from[place] === 0 ? address : to[place]!;
  };
}
