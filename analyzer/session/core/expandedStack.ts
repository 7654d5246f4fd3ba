import { countAtMost } from "../../base/halving";
import type { JoinedStack } from "../../core/managed/joinedStack";
import { type Recursion, recursionsIn } from "../../core/unwind/recursion";
import type { CoreFrame } from "../../protocol/core/stacks";
import type { CoreContext } from "./coreContext";
import { wireManagedFrame } from "./managedFrames";
import { wireFramesOf } from "./wireFrames";

/** What is the same for all frames that return to one address from one function. */
interface Shape {
  /** Wire frames: the function, those inlined into it, those that left it by a jump. */
  readonly count: number;
  /** Number of the functions' names, the same for the same names. */
  readonly key: number;
}

/**
 * A stack with its frames as they are shown, whose number is not that of its entries: functions are inlined. A deep
 * stack returns to few places: each is named once.
 */
export class ExpandedStack {
  private readonly shapes = new Map<bigint, Map<bigint, Shape>>();
  private readonly keys = new Map<string, number>();
  private positions: Uint32Array | undefined;
  private folds: readonly Recursion[] | undefined;

  constructor(
    private readonly context: CoreContext,
    private readonly stack: JoinedStack,
  ) {}

  /** All frames as they are shown, without making them. */
  get totalFrames(): number {
    const starts = this.starts();
    return starts[starts.length - 1]!;
  }

  /** Shown frames [start, end). */
  slice(start: number, end: number): CoreFrame[] {
    const starts = this.starts();
    const frames: CoreFrame[] = [];
    let index = countAtMost(starts, start) - 1;
    for (; index < starts.length - 1 && starts[index]! < end; index++) {
      for (const [inline, frame] of this.at(index).entries()) {
        const position = starts[index]! + inline;
        if (position >= start && position < end) frames.push(frame);
      }
    }
    return frames;
  }

  at(index: number): CoreFrame[] {
    const entry = this.stack.at(index);
    if (entry === undefined) return [];
    if (entry.managed !== undefined) return [wireManagedFrame(entry)];
    return wireFramesOf(this.context, entry.native, this.stack.calleeOf(entry.native));
  }

  /** Entries of the stack, at most `most`: native frames and those of a runtime. */
  count(most?: number): number {
    return this.stack.count(most);
  }

  /** Where functions call themselves or each other, by entries of the stack. */
  recursions(): readonly Recursion[] {
    if (this.folds === undefined) {
      const keys = Int32Array.from({ length: this.stack.count() }, (_, index) => this.shapeAt(index).key);
      this.folds = recursionsIn(keys);
    }
    return this.folds;
  }

  /** Shown frames before an entry of the stack. */
  positionOf(index: number): number {
    return this.starts()[index]!;
  }

  private starts(): Uint32Array {
    if (this.positions === undefined) {
      const count = this.stack.count();
      const starts = new Uint32Array(count + 1);
      for (let index = 0; index < count; index++)
        starts[index + 1] = starts[index]! + this.shapeAt(index).count;
      this.positions = starts;
    }
    return this.positions;
  }

  private shapeAt(index: number): Shape {
    const addresses = this.stack.lookupAddressesAt(index);
    if (addresses === undefined) return { count: 1, key: this.keyOf(this.at(index)) };
    const { address, callee = -1n } = addresses;
    let byCallee = this.shapes.get(address);
    if (byCallee === undefined) {
      if (this.shapes.size > 100_000) this.shapes.clear();
      byCallee = new Map();
      this.shapes.set(address, byCallee);
    }
    let shape = byCallee.get(callee);
    if (shape === undefined) {
      const frames = this.at(index);
      if (byCallee.size > 1000) byCallee.clear();
      shape = { count: frames.length, key: this.keyOf(frames) };
      byCallee.set(callee, shape);
    }
    return shape;
  }

  private keyOf(frames: readonly CoreFrame[]): number {
    const text = frames.map(({ function: name, file, pc }) => `${name ?? pc} ${file ?? ""}`).join("\n");
    let key = this.keys.get(text);
    if (key === undefined) {
      key = this.keys.size;
      this.keys.set(text, key);
    }
    return key;
  }
}
