import { deflateSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { BytesSource, readUpTo } from "../../../../analyzer/base/byteSource";
import type { ElfFile } from "../../../../analyzer/formats/elf/elfFile";
import { sectionContents } from "../../../../analyzer/formats/elf/sections";
import { SectionStore } from "../../../../analyzer/session/core/unpackSection";

const store = new SectionStore();
afterEach(() => store.close());

/** Words that pack well, but not to nothing. */
const contents = new Uint8Array(new Uint32Array(6 << 20).map((_, at) => at * 2654435761).buffer);

function unpack(bytes: Uint8Array, packed = deflateSync(bytes, { level: 1 }), said = bytes.length) {
  const source = new BytesSource("file", Buffer.concat([Buffer.from("before"), packed]));
  return store.unpack({ kind: "zlib", source, offset: 6, length: packed.length }, said);
}

/** A file with an old-style packed section that says its size. */
function debugFileWith(packed: Uint8Array, said: number): ElfFile {
  const head = Buffer.from("ZLIB        ");
  head.writeBigUInt64BE(BigInt(said), 4);
  const bytes = Buffer.concat([head, packed]);
  const section = { name: ".zdebug_info", type: 1, flags: 0, offset: 0, bytes: bytes.length };
  const file = { source: new BytesSource("file", bytes), header: { bits: 64 }, sections: [section] };
  return file as unknown as ElfFile;
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

describe("a section that unpacks to far more than it is", () => {
  it("gives no more than it says, and no more memory than a piece at a time", () => {
    const bomb = deflateSync(new Uint8Array(512 << 20), { level: 9 });
    const before = process.memoryUsage().arrayBuffers;
    expect(() => unpack(bomb, bomb, 64 << 20)).toThrow(/more than/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
  });

  it("is not begun when its file says absurd sizes", () => {
    const packed = deflateSync(new Uint8Array(1 << 20));
    for (const said of [2 ** 40, 200 << 20]) {
      const elf = debugFileWith(packed, said);
      expect(() => sectionContents(elf, ".debug_info", store)).toThrow(/packed bytes say they unpack to/);
    }
  });
});
