import { countBefore } from "../../base/halving";
import type { LoadedModule } from "../modules/loadedModule";
import type { Frame, Stack } from "../unwind/stack";
import type { ManagedFrame, ManagedPlace, ManagedThread } from "./managedStack";

/** A native frame, or one a runtime tells of with the number of the native frame it stands at. */
export type JoinedFrame =
  | { readonly native: Frame<LoadedModule>; readonly managed?: undefined }
  | {
      readonly managed: ManagedFrame;
      /** That of the last native frame where the stack ends before. */
      readonly native: Frame<LoadedModule> | undefined;
      readonly nativeIndex: number;
      /** Among the managed frames there, innermost 0. */
      readonly position: number;
    };

/** Entries [start, …) of the joined stack: managed frames of a place, or native frames from one on. */
interface Piece {
  readonly start: number;
  readonly place?: ManagedPlace;
  readonly firstNative: number;
}

type JoinedPlaces = Pick<ManagedThread, "places" | "beyond">;

/** A native stack with the frames of a runtime put in where they belong. Without any it is the native stack. */
export class JoinedStack {
  private readonly pieces: readonly Piece[];
  private readonly beyond: readonly ManagedFrame[];

  constructor(
    private readonly stack: Stack<LoadedModule>,
    { places, beyond }: JoinedPlaces = { places: [], beyond: [] },
  ) {
    this.pieces = piecesOf(places);
    this.beyond = beyond;
  }

  /** How many entries there are, at most `most`. */
  count(most = Number.POSITIVE_INFINITY): number {
    const { start, firstNative } = this.pieces.at(-1)!;
    const native = this.stack.count(most === Number.POSITIVE_INFINITY ? most : firstNative + most);
    return Math.min(most, start + Math.max(0, native - firstNative) + this.beyond.length);
  }

  at(index: number): JoinedFrame | undefined {
    if (index < 0) return undefined;
    const { start, place, firstNative } = this.pieceAt(index);
    if (place !== undefined) {
      const { nativeIndex } = place;
      const position = index - start;
      const native = this.stack.frameAt(nativeIndex);
      return { managed: place.frames[position]!, native, nativeIndex, position };
    }
    const nativeIndex = firstNative + index - start;
    const native = this.stack.frameAt(nativeIndex);
    if (native !== undefined) return { native };
    if (this.beyond.length === 0) return undefined;
    const count = this.stack.count();
    const position = nativeIndex - count;
    const managed = this.beyond[position];
    return managed && { managed, native: this.stack.frameAt(count - 1), nativeIndex: count, position };
  }

  /** Where the names of a native frame and of the one it called are looked up; undefined for other entries. */
  lookupAddressesAt(index: number): { readonly address: bigint; readonly callee?: bigint } | undefined {
    const { start, place, firstNative } = this.pieceAt(index);
    const nativeIndex = firstNative + index - start;
    if (place !== undefined || this.stack.count(nativeIndex + 1) <= nativeIndex) return undefined;
    const address = this.stack.lookupAddressAt(nativeIndex);
    return nativeIndex === 0 ? { address } : { address, callee: this.stack.lookupAddressAt(nativeIndex - 1) };
  }

  /** The native frame that a native frame had called. */
  calleeOf({ index }: Frame<LoadedModule>): Frame<LoadedModule> | undefined {
    return index === 0 ? undefined : this.stack.frameAt(index - 1);
  }

  /** A frame of a runtime by the place it was shown with. */
  managedAt(nativeIndex: number, position: number): ManagedFrame | undefined {
    const place = this.pieces.find((piece) => piece.place?.nativeIndex === nativeIndex)?.place;
    if (place !== undefined) return place.frames[position];
    return nativeIndex === this.stack.count() ? this.beyond[position] : undefined;
  }

  /** The last piece that starts at or before an entry. */
  private pieceAt(index: number): Piece {
    return this.pieces[countBefore(this.pieces, ({ start }) => start <= index) - 1]!;
  }
}

/** Always ends with native frames, if with none. */
function piecesOf(places: readonly ManagedPlace[]): Piece[] {
  const pieces: Piece[] = [];
  let start = 0;
  let firstNative = 0;
  for (const place of places) {
    if (place.frames.length === 0 && !place.isReplaced) continue;
    const { nativeIndex } = place;
    if (nativeIndex > firstNative) pieces.push({ start, firstNative });
    start += nativeIndex - firstNative;
    if (place.frames.length > 0) pieces.push({ start, place, firstNative: nativeIndex });
    start += place.frames.length;
    firstNative = place.isReplaced ? nativeIndex + 1 : nativeIndex;
  }
  pieces.push({ start, firstNative });
  return pieces;
}
