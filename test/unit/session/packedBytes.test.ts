import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { type Compression, compressionOf, unpackerFor } from "../../../analyzer/session/files/compression";
import { unpackHead } from "../../../analyzer/session/files/packedHead";
import { unpackedSizeOf } from "../../../analyzer/session/files/unpackedSize";
import { identify } from "../../../analyzer/session/identify";
import { seededRandom } from "../../build/seededRandom";
import { packedSeeds } from "../../fuzz/packedSeeds";

type Packed = Exclude<Compression, "none">;
const formats = ["zstd", "lz4", "xz", "bzip2", "lzma", "apport"] as const;

async function unpacked(compression: Packed, bytes: Uint8Array, piece = bytes.length): Promise<string> {
  const parts: Uint8Array[] = [];
  const unpacker = await unpackerFor(compression, "packed", (part) => parts.push(part.slice()));
  let failure = "";
  try {
    for (let at = 0; at < bytes.length; at += piece) await unpacker.push(bytes.subarray(at, at + piece));
    await unpacker.end();
  } catch (error) {
    failure = `, then: ${(error as Error).message}`;
  }
  return Buffer.concat(parts).toString("latin1") + failure;
}

const content = await unpacked("zstd", packedSeeds("zstd")[0]!);

describe.each(formats)("what %s packed", (format) => {
  const seeds = packedSeeds(format);

  it("comes out as it went in, in pieces of any size", async () => {
    expect(content).toMatch(/^object 0 of class com.example.Node/);
    for (const seed of seeds) {
      expect(compressionOf(seed)).toBe(format);
      for (const piece of [seed.length, 97, 1])
        expect(await unpacked(format, seed, piece), `pieces of ${piece}`).toBe(content);
    }
  });

  it("says its size before, or nothing", () => {
    for (const seed of seeds) {
      const size = unpackedSizeOf(new BytesSource("packed", seed), format);
      if (size !== undefined) expect(size).toEqual({ bytes: content.length, isExact: true });
    }
  });

  it("shows what was read before the place where it is cut, and says so", async () => {
    for (const seed of seeds)
      for (let length = 0; length < seed.length; length += 7) {
        const [begun, failure] = (await unpacked(format, seed.subarray(0, length))).split(", then: ");
        expect(content.startsWith(begun!), `cut at ${length}`).toBe(true);
        // Between two streams nothing is missing that could be told.
        if (length > 0 && begun !== content.slice(0, 900)) expect(failure, `cut at ${length}`).toBeDefined();
      }
  });

  it("tells its first bytes", async () => {
    const head = await unpackHead(new BytesSource("packed", seeds[0]!), format, 64);
    expect(Buffer.from(head).toString("latin1")).toBe(content.slice(0, 64));
  });
});

describe("a report of apport", () => {
  const [report] = packedSeeds("apport");
  const behind = "Screenshot: base64\n H4sICAAAAAAC/1oA\n Y/jPQBQEAOrY8HAoAAAA\nTags: core\n";

  it("gives its core and nothing of the fields behind it", async () => {
    expect(await unpacked("apport", Buffer.concat([report!, Buffer.from(behind)]), 5)).toBe(content);
  });

  it.each([
    ["no core", `ProblemType: Crash\nCoreDump: \nUname: base64\n${behind}`, "the report has no core in it"],
    ["no base64", "ProblemType: Crash\nCoreDump: base64\n H4s?CAAA\n", "what should be base64 is not"],
    ["a cut line", "ProblemType: Crash\nCoreDump: base64\n H4sIC\n", "a line of its base64 is cut"],
  ])("with %s says so", async (_what, text, reason) => {
    expect(await unpacked("apport", Buffer.from(text))).toBe(`, then: ${reason}`);
    const identity = await identify(new BytesSource("a.crash", Buffer.from(text)));
    expect(identity.format).toBe("a report of apport without a core in it");
  });
});

describe.each(["xz", "bzip2"] as const)("a bit flipped in what %s packed", (format) => {
  it("is a problem, wherever it is", async () => {
    const random = seededRandom(12);
    for (const seed of packedSeeds(format))
      for (let at = 0; at < seed.length; at++) {
        const bytes = seed.slice();
        bytes[at]! ^= 1 << Math.floor(random() * 8);
        const result = await unpacked(format, bytes);
        // Bits that fill up the last byte of a bzip2 stream say nothing.
        if (result === content && format === "bzip2") continue;
        expect(result, `byte ${at} of ${seed.length}`).toMatch(/, then: ./);
      }
  });
});

describe("the first bytes of .lzma data", () => {
  it("are not those of dumps, texts and zeros", () => {
    const others = [
      "JAVA PROFILE 1.0.2\0\0\0\0\x08",
      "\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0",
      "\0".repeat(20),
      "]\n[1, 2, 3, 4, 5]",
    ];
    for (const other of others) expect(compressionOf(Buffer.from(other, "latin1"))).toBe("none");
  });
});
