/** 40 MiB: more than glibc ever keeps for itself. */
const blockTargets = 10 << 20;

/**
 * Targets of part after part, written where they stay. Blocks this large are given back to the system when the last
 * part in them is done with; small ones would stay with the allocator.
 */
export class TargetList {
  cells = new Uint32Array(new SharedArrayBuffer(0));
  /** Where the next target goes. */
  count = 0;
  /** Where the part under way begins. */
  first = 0;

  beginPart(): void {
    this.first = this.count;
  }

  /** Makes room for so many more targets; the part may move into a block of its own. */
  ensureRoom(targets: number): void {
    if (this.count + targets <= this.cells.length) return;
    const own = this.count - this.first;
    // Doubled, so that a giant array moves seldom.
    const room = Math.max(blockTargets, own === 0 ? targets : 2 * (own + targets));
    const bigger = new Uint32Array(new SharedArrayBuffer(4 * room));
    bigger.set(this.cells.subarray(this.first, this.count));
    this.cells = bigger;
    this.first = 0;
    this.count = own;
  }

  /** Targets of the part under way. */
  ofPart(): Uint32Array {
    return this.count === this.first ? new Uint32Array(0) : this.cells.subarray(this.first, this.count);
  }
}
