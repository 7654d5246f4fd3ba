import type { Frame, Stack, StopReason } from "./stack";

/** The first frames of one stack, then another: where a thread had left its stack for one of the runtime's. */
export class SplicedStack<Module> implements Stack<Module> {
  /** @param innerCount frames of `inner` that are shown */
  constructor(
    private readonly inner: Stack<Module>,
    private readonly innerCount: number,
    private readonly outer: Stack<Module>,
  ) {}

  get stopped(): StopReason {
    return this.outer.stopped;
  }

  frameAt(index: number): Frame<Module> | undefined {
    if (index < this.innerCount) return this.inner.frameAt(index);
    const frame = this.outer.frameAt(index - this.innerCount);
    if (frame === undefined) return undefined;
    const { restsOn } = frame;
    return { ...frame, index, ...(restsOn !== undefined && { restsOn: restsOn + this.innerCount }) };
  }

  slice(start: number, end: number): Frame<Module>[] {
    const frames: Frame<Module>[] = [];
    for (let index = start; index < end; index++) {
      const frame = this.frameAt(index);
      if (frame === undefined) break;
      frames.push(frame);
    }
    return frames;
  }

  count(most = Number.POSITIVE_INFINITY): number {
    return Math.min(most, this.innerCount + this.outer.count(Math.max(0, most - this.innerCount)));
  }

  lookupAddressAt(index: number): bigint {
    return index < this.innerCount
      ? this.inner.lookupAddressAt(index)
      : this.outer.lookupAddressAt(index - this.innerCount);
  }
}
