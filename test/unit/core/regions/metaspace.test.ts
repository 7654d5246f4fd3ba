import { describe, expect, it } from "vitest";
import { guessMetaspace } from "../../../../analyzer/core/regions/recognisers/metaspace";

const mebibyte = 2 ** 20;
const base = 0x7f00_0000_0000;
const writable = 6;

/** Segments by [start, end, flags] in MiB above `base`. */
function guess(segments: readonly (readonly [number, number, number])[], samples: readonly number[]) {
  const made = segments.map(([start, end, flags]) => ({
    start: BigInt(base + start * mebibyte),
    end: BigInt(base + end * mebibyte),
    protection: flags,
  }));
  const claims = guessMetaspace(
    (address) => made.find(({ start, end }) => address >= start && address < end),
    samples.map((sample) => base + Math.floor(sample * mebibyte)),
    () => true,
  );
  return claims.map(({ start, end }) => [(start - base) / mebibyte, (end - base) / mebibyte]);
}

describe("where metaspace is without NMT", () => {
  it("is a node from its first piece to the end of what is reserved", () => {
    const pieces = [
      [64, 65, writable],
      [65, 68, 0],
      [68, 72, writable],
      [72, 128, 0],
    ] as const;
    expect(guess(pieces, [70, 64.1, 64.2])).toEqual([[64, 128]]);
  });

  it("reaches to the end of a reservation that gcore wrote as readable", () => {
    const written = [
      [64, 72, writable],
      [72, 200, 4],
    ] as const;
    expect(guess(written, [64.1])).toEqual([[64, 128]]);
  });

  it("does not take what touches it from below", () => {
    const merged = [
      [53, 65, writable],
      [65, 68, 0],
      [68, 72, writable],
      [72, 128, 0],
    ] as const;
    expect(guess(merged, [64.1, 70])).toEqual([[64, 128]]);
  });

  it("does not take what touches it from above", () => {
    expect(guess([[64, 140, writable]], [64.1, 127])).toEqual([[64, 128]]);
    const reserved = [
      [64, 72, writable],
      [72, 200, 0],
    ] as const;
    expect(guess(reserved, [64.1])).toEqual([[64, 128]]);
  });

  it("takes a node beside another for one of its own", () => {
    expect(guess([[64, 192, writable]], [64.1, 127, 128.1, 190])).toEqual([
      [64, 128],
      [128, 192],
    ]);
  });

  it("ends before a hole", () => {
    const apart = [
      [64, 66, writable],
      [90, 94, writable],
    ] as const;
    expect(guess(apart, [64.1, 92.5])).toEqual([
      [64, 66],
      [92, 94],
    ]);
  });

  it("is nothing where the core has no memory", () => {
    expect(guess([], [64])).toEqual([]);
  });
});
