/** Something that lies at [start, end). */
export interface Placed<Value> {
  readonly start: bigint;
  readonly end: bigint;
  readonly value: Value;
}

/** Finds what lies at an address by halving; where places overlap the one that starts last is found. */
export class AddressLookup<Value> {
  private readonly places: readonly Placed<Value>[];

  constructor(places: readonly Placed<Value>[]) {
    this.places = [...places].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0));
  }

  at(address: bigint): Value | undefined {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.places[middle]!.start <= address) low = middle + 1;
      else high = middle;
    }
    const place = this.places[low - 1];
    return place !== undefined && address < place.end ? place.value : undefined;
  }
}
