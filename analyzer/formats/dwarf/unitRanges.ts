import type { Unit } from "./dies";

/**
 * Ranges of all units sorted by start; they may overlap. Large programs have millions: no object for any of them, and
 * beyond a maximum only the first and last address of each unit.
 */
export class UnitRanges {
  private starts = new Float64Array(1024);
  private ends = new Float64Array(1024);
  /** Positions in {@link units}. */
  private owners = new Uint32Array(1024);
  /** The largest end up to and including each position: tells when to stop looking back. */
  private reach = new Float64Array();
  private readonly units: Unit[] = [];
  private count = 0;
  private isSorted = true;
  /** For the ranges beyond the maximum: from the first to the last one of each unit. */
  private readonly hulls = new Map<Unit, { start: number; end: number }>();
  /** Ranges that are not kept one by one. */
  left = 0;

  constructor(private readonly maximum: number) {}

  /** Adds a range; those of one unit follow each other. */
  add(unit: Unit, start: number, end: number): void {
    if (this.count < this.maximum) {
      this.keep(unit, start, end);
      return;
    }
    this.left++;
    const hull = this.hulls.get(unit);
    if (hull === undefined) this.hulls.set(unit, { start, end });
    else {
      hull.start = Math.min(hull.start, start);
      hull.end = Math.max(hull.end, end);
    }
  }

  /** To be called once, after the last range. */
  finish(): void {
    for (const [unit, { start, end }] of this.hulls) this.keep(unit, start, end);
    this.hulls.clear();
    this.resize(this.count);
    if (!this.isSorted) this.sort();
    this.reach = new Float64Array(this.count);
    let farthest = 0;
    for (let at = 0; at < this.count; at++) {
      farthest = Math.max(farthest, this.ends[at]!);
      this.reach[at] = farthest;
    }
  }

  at(address: number): Unit[] {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.starts[middle]! <= address) low = middle + 1;
      else high = middle;
    }
    const found: Unit[] = [];
    for (let at = low - 1; at >= 0 && this.reach[at]! > address && found.length < 16; at--) {
      if (this.ends[at]! <= address) continue;
      const unit = this.units[this.owners[at]!]!;
      if (!found.includes(unit)) found.push(unit);
    }
    return found;
  }

  private keep(unit: Unit, start: number, end: number): void {
    if (this.units.at(-1) !== unit) this.units.push(unit);
    const at = this.count++;
    if (at === this.starts.length) this.resize(at * 2);
    if (at > 0 && start < this.starts[at - 1]!) this.isSorted = false;
    this.starts[at] = start;
    this.ends[at] = end;
    this.owners[at] = this.units.length - 1;
  }

  private sort(): void {
    const { starts, ends, owners } = this;
    const order = new Uint32Array(this.count);
    for (let at = 0; at < order.length; at++) order[at] = at;
    order.sort((a, b) => starts[a]! - starts[b]! || a - b);
    this.starts = new Float64Array(order.length);
    this.ends = new Float64Array(order.length);
    this.owners = new Uint32Array(order.length);
    for (let to = 0; to < order.length; to++) {
      const from = order[to]!;
      this.starts[to] = starts[from]!;
      this.ends[to] = ends[from]!;
      this.owners[to] = owners[from]!;
    }
  }

  private resize(count: number): void {
    const resized = <T extends Float64Array | Uint32Array>(from: T, to: T): T => {
      to.set(from.subarray(0, to.length));
      return to;
    };
    this.starts = resized(this.starts, new Float64Array(count));
    this.ends = resized(this.ends, new Float64Array(count));
    this.owners = resized(this.owners, new Uint32Array(count));
  }
}
