/** Things a client was shown and may open; it looks at few of them, so the oldest are forgotten first. */
const mostHandles = 50_000;

/** Numbers, from 1, for things that clients may ask for again: as many as are kept, never more. */
export class BoundedHandles<Thing> {
  private readonly things = new Map<number, Thing>();
  private next = 1;

  constructor(private readonly most = mostHandles) {}

  add(thing: Thing): number {
    const handle = this.next++;
    this.things.set(handle, thing);
    if (this.things.size > this.most) this.things.delete(handle - this.most);
    return handle;
  }

  /** undefined for what was forgotten, or never there. */
  get(handle: number): Thing | undefined {
    return this.things.get(handle);
  }

  clear(): void {
    this.things.clear();
  }
}
