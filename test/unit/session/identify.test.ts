import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { identify } from "../../../analyzer/session/identify";

const text = (content: string) => new TextEncoder().encode(content);
const hprof = text("JAVA PROFILE 1.0.2\0\0\0\0\u0008and more");

function elf(type: number): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  bytes[16] = type;
  return bytes;
}

async function check(
  bytes: Uint8Array,
  expected: { kind: string; format: RegExp; compression?: string },
): Promise<void> {
  const identity = await identify(new BytesSource("a file of any name", bytes));
  expect(identity.kind).toBe(expected.kind);
  expect(identity.format).toMatch(expected.format);
  expect(identity.packing.compression).toBe(expected.compression ?? "none");
}

describe("identify", () => {
  it("tells heap dumps by their header", () => check(hprof, { kind: "heap", format: /HPROF 1\.0\.2/ }));

  it("looks through gzip, also when its head is cut", async () => {
    const packed = gzipSync(hprof);
    await check(packed, { kind: "heap", format: /HPROF 1\.0\.2\), gzip/, compression: "gzip" });
    await check(packed.subarray(0, packed.length - 9), {
      kind: "heap",
      format: /HPROF/,
      compression: "gzip",
    });
  });

  it("knows IBM's portable heap dumps by their first bytes", async () => {
    const phd = text("\0\u0012portable heap dump\0\0\0\u0006");
    await check(phd, { kind: "heap", format: /^IBM portable heap dump$/ });
    await check(gzipSync(phd), {
      kind: "heap",
      format: /^IBM portable heap dump, gzip/,
      compression: "gzip",
    });
    await check(text("portable heap dump"), { kind: "unknown", format: /text file/ });
  });

  it("names files it does not read", async () => {
    await check(text("PK\u0003\u0004\u0014\0"), { kind: "unknown", format: /^a zip archive/ });
  });

  it("tells cores from other ELF files", async () => {
    await check(elf(4), { kind: "core", format: /ELF core dump \(64-bit\)/ });
    await check(elf(2), { kind: "unknown", format: /program or library, not a core/ });
  });

  it("says what it found instead", async () => {
    await check(new Uint8Array(), { kind: "unknown", format: /empty/ });
    await check(text("hello"), { kind: "unknown", format: /text file/ });
    await check(text("JAVA PROFILE 9"), { kind: "unknown", format: /header is damaged/ });
    await check(Uint8Array.of(0, 1, 2, 3), { kind: "unknown", format: /bytes 00 01 02 03/ });
    const damaged = {
      gzip: Uint8Array.of(0x1f, 0x8b, 8, 0, 1),
      bzip2: text("BZh91AY&SY"),
      xz: Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4),
    };
    for (const [compression, bytes] of Object.entries(damaged))
      await check(bytes, { kind: "unknown", format: new RegExp(`damaged ${compression}`), compression });
  });
});

describe("identify of what is packed", () => {
  /** Counts what is read. */
  class CountingSource extends BytesSource {
    bytesRead = 0;
    override read(position: number, into: Uint8Array): number {
      const got = super.read(position, into);
      this.bytesRead += got;
      return got;
    }
  }

  it("reads some of the head only, whatever it unpacks to", async () => {
    const block = [0x02, 0, 0x10, 0];
    const blocks = Array.from({ length: 256 << 10 }, () => block).flat();
    const zstd = (window: number) => Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0, window << 3, ...blocks]);
    const bombs = [
      zstd(11),
      zstd(21),
      gzipSync(Buffer.alloc(64 << 20)),
      gzipSync(Buffer.alloc(64 << 20, "a")),
    ];
    for (const bomb of bombs) {
      const before = process.memoryUsage().arrayBuffers;
      const source = new CountingSource("bomb", bomb);
      expect(await identify(source)).toMatchObject({ kind: "unknown" });
      expect(source.bytesRead).toBeLessThanOrEqual(128 << 10);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    }
  });
});
