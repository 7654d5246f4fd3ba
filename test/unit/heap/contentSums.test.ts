import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { unwatched } from "../../../analyzer/base/work";
import {
  completeSums,
  contentsMatch,
  newContentSums,
  sumBlockBytes,
  summingSource,
  verifiedSource,
} from "../../../analyzer/heap/graph/columns/contentSums";
import { seededRandom } from "../../build/seededRandom";

const length = 5 * sumBlockBytes + 777;
const random = seededRandom(11);
const bytes = Uint8Array.from({ length }, () => Math.floor(random() * 256));
const source = new BytesSource("dump", bytes);

function sumsOf(): Uint32Array {
  const sums = newContentSums(length);
  completeSums(source, sums, unwatched);
  return sums;
}

describe("sums of contents", () => {
  it("are the same however the bytes came by", () => {
    const sums = newContentSums(length);
    const through = summingSource(source, sums);
    for (const [at, many] of [
      [sumBlockBytes - 3, 2 * sumBlockBytes + 10],
      [4 * sumBlockBytes, length],
      [10, 20],
    ] as const) {
      const into = new Uint8Array(many);
      const got = through.read(at, into);
      expect(into.subarray(0, got)).toEqual(bytes.subarray(at, at + many));
    }
    expect([...sums].map((sum) => sum !== 0)).toEqual([false, true, true, false, true, true]);
    completeSums(source, sums, unwatched);
    expect(sums).toEqual(sumsOf());
    expect(contentsMatch(source, sums, unwatched)).toBe(true);
  });

  it("see any flipped bit, and a length that differs", () => {
    const sums = sumsOf();
    const last = Array.from({ length: 64 * 8 }, (_, k) => [sumBlockBytes - 1 - (k >> 3), k & 7] as const);
    const any = last
      .slice(0, 100)
      .map(() => [Math.floor(random() * length), Math.floor(random() * 8)] as const);
    for (const [at, bit] of [...last, ...any]) {
      const changed = bytes.slice();
      changed[at]! ^= 1 << bit;
      expect(contentsMatch(new BytesSource("dump", changed), sums, unwatched)).toBe(false);
    }
    for (const shorter of [length - 1, 5 * sumBlockBytes, 0])
      expect(contentsMatch(new BytesSource("dump", bytes.subarray(0, shorter)), sums, unwatched)).toBe(false);
  });

  it("let through what is as it was, and nothing of a block that is not", () => {
    const sums = sumsOf();
    const changed = bytes.slice();
    const place = 3 * sumBlockBytes + 100;
    changed[place]! ^= 1;
    const reader = verifiedSource(new BytesSource("dump", changed), sums);
    for (let k = 0; k < 500; k++) {
      const at = Math.floor(random() * length);
      const into = new Uint8Array(Math.floor(random() * 3 * sumBlockBytes));
      const touched =
        into.length > 0 && at < 4 * sumBlockBytes && at + into.length > 3 * sumBlockBytes && at < length;
      if (touched) {
        expect(() => reader.read(at, into)).toThrow(
          /dump changed while it was open: what is at offset 98304/,
        );
        continue;
      }
      const got = reader.read(at, into);
      expect(got).toBe(Math.min(into.length, length - at));
      expect(Buffer.compare(into.subarray(0, got), bytes.subarray(at, at + got))).toBe(0);
    }
    expect(reader.read(length, new Uint8Array(10))).toBe(0);
    expect(reader.read(length + 5, new Uint8Array(10))).toBe(0);
  });
});
