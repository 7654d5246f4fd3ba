import { deflateSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { BytesSource, readUpTo } from "../../../../analyzer/base/byteSource";
import { SectionStore } from "../../../../analyzer/session/core/unpackSection";

const store = new SectionStore();
afterEach(() => store.close());

/** Words that pack well, but not to nothing. */
const contents = new Uint8Array(new Uint32Array(6 << 20).map((_, at) => at * 2654435761).buffer);

function unpack(bytes: Uint8Array, packed = deflateSync(bytes, { level: 1 }), said = bytes.length) {
  const source = new BytesSource("file", Buffer.concat([Buffer.from("before"), packed]));
  return store.unpack({ kind: "zlib", source, offset: 6, length: packed.length }, said);
}

describe("packed sections", () => {
  it("are unpacked in memory when small, into a file when large", () => {
    const small = unpack(contents.subarray(0, 100_000));
    expect(small).toEqual(contents.subarray(0, 100_000));
    const large = unpack(contents);
    if (large instanceof Uint8Array) throw new Error("it is in memory");
    expect(large.byteLength).toBe(contents.length);
    for (const at of [0, 1_048_570, contents.length - 64])
      expect(readUpTo(large, at, 64)).toEqual(contents.subarray(at, at + 64));
  });

  it("that are damaged, end early or unpack to more than they say are refused", () => {
    const packed = deflateSync(contents, { level: 1 });
    expect(() => unpack(contents, packed, contents.length - 1)).toThrow(/more than/);
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 5_000_000, 5_000_100);
    expect(() => unpack(contents, damaged)).toThrow();
    const cut = unpack(contents, packed.subarray(0, packed.length >> 1));
    expect(cut.byteLength).toBeLessThan(contents.length);
  });
});
