import type { LoadedModule } from "../modules/loadedModule";
import type { Registers } from "../registers";
import type { Frame, Stack, StopReason } from "./stack";
import { innermostState, type UnwindState, unwindFrame } from "./unwinder";
import type { UnwindInputs } from "./unwindInputs";

/** Frames between two that are kept ready to go on from. */
const blockFrames = 256;
/** Blocks whose frames are kept; the first ones are what is looked at again and again. */
const keptBlocks = 16;

/** How far a stack is followed. */
export interface WalkLimits {
  /** Frames of this stack. Addresses only rise, but a damaged core can hold gigabytes of return addresses. */
  readonly mostFrames: number;
  /** Asked every few frames. @throws when nobody waits for the stack any more */
  readonly throwIfCancelled: () => void;
}

/**
 * A stack that is followed as far as it is asked for. Of a deep one only the addresses stay, and one state in
 * {@link blockFrames} from which its frames are found again: 174,000 frames are 4 MB instead of 200.
 */
export class StackWalk implements Stack<LoadedModule> {
  private lookups = new BigUint64Array(64);
  private known = 0;
  private ended: StopReason | undefined;
  private next: UnwindState;
  private readonly checkpoints: UnwindState[] = [];
  private readonly blocks = new Map<number, Frame<LoadedModule>[]>();

  /** @param isInCall the program counter is a return address */
  constructor(
    registers: Registers,
    private readonly inputs: UnwindInputs,
    private readonly limits: WalkLimits,
    isInCall = false,
  ) {
    this.next = innermostState(registers, !isInCall);
  }

  get stopped(): StopReason {
    this.count();
    return this.ended!;
  }

  count(most = Number.POSITIVE_INFINITY): number {
    this.follow(most);
    return Math.min(most, this.known);
  }

  lookupAddressAt(index: number): bigint {
    return this.lookups[index]!;
  }

  frameAt(index: number): Frame<LoadedModule> | undefined {
    this.follow(index + 1);
    if (!(index >= 0 && index < this.known)) return undefined;
    return this.block(Math.floor(index / blockFrames))[index % blockFrames];
  }

  slice(start: number, end: number): Frame<LoadedModule>[] {
    const frames: Frame<LoadedModule>[] = [];
    for (let index = start; index < end; index++) {
      const frame = this.frameAt(index);
      if (frame === undefined) break;
      frames.push(frame);
    }
    return frames;
  }

  private follow(until: number): void {
    if (this.ended !== undefined || this.known >= until) return;
    const { mostFrames, throwIfCancelled } = this.limits;
    while (this.ended === undefined && this.known < until) {
      const index = this.known;
      if (index % blockFrames === 0) {
        throwIfCancelled();
        if (index >= mostFrames) {
          this.ended = "frameLimit";
          return;
        }
        this.checkpoints[index / blockFrames] = this.next;
      }
      const step = unwindFrame(index, this.next, this.inputs);
      if (step.frame !== undefined) this.note(step.frame);
      if ("stopped" in step) this.ended = step.stopped;
      else this.next = step.next;
    }
  }

  private note(frame: Frame<LoadedModule>): void {
    const { index } = frame;
    if (index === this.lookups.length) {
      const larger = new BigUint64Array(2 * index);
      larger.set(this.lookups);
      this.lookups = larger;
    }
    this.lookups[index] = frame.lookupAddress;
    this.known = index + 1;
    const block = Math.floor(index / blockFrames);
    if (block >= keptBlocks / 2) return;
    const frames = this.blocks.get(block);
    if (frames === undefined) this.blocks.set(block, [frame]);
    else frames.push(frame);
  }

  /** Frames of a block, found again from its first state when they were not kept. */
  private block(number: number): Frame<LoadedModule>[] {
    const kept = this.blocks.get(number);
    if (kept !== undefined) return kept;
    const frames: Frame<LoadedModule>[] = [];
    let state = this.checkpoints[number]!;
    const end = Math.min(this.known, (number + 1) * blockFrames);
    for (let index = number * blockFrames; index < end; index++) {
      const step = unwindFrame(index, state, this.inputs);
      if (step.frame !== undefined) frames.push(step.frame);
      if ("stopped" in step) break;
      state = step.next;
    }
    // A block that is still being followed grows: it is not kept.
    if (end === (number + 1) * blockFrames || this.ended !== undefined) this.keep(number, frames);
    return frames;
  }

  private keep(number: number, frames: Frame<LoadedModule>[]): void {
    if (this.blocks.size >= keptBlocks) {
      for (const oldest of this.blocks.keys()) {
        if (oldest < keptBlocks / 2) continue;
        this.blocks.delete(oldest);
        break;
      }
    }
    this.blocks.set(number, frames);
  }
}
