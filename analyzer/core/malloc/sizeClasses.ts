export interface SizeClass {
  /** Of a block as its allocator counts it, its header included. */
  readonly size: number;
  readonly blocks: number;
  readonly bytes: number;
}

/** Blocks counted by size. */
export class ClassCounts {
  private readonly counts = new Map<number, number>();

  add(size: number, blocks = 1): void {
    if (blocks > 0) this.counts.set(size, (this.counts.get(size) ?? 0) + blocks);
  }

  /** Most bytes first. */
  toArray(): SizeClass[] {
    return [...this.counts]
      .map(([size, blocks]) => ({ size, blocks, bytes: size * blocks }))
      .sort((a, b) => b.bytes - a.bytes);
  }
}
