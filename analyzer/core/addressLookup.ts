import { countBefore } from "../base/halving";
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
    const place = this.places[countBefore(this.places, ({ start }) => start <= address) - 1];
    return place !== undefined && address < place.end ? place.value : undefined;
  }
}
