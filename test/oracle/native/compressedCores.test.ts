import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import type { Work } from "../../../analyzer/base/work";
import { type Compression, unpackerFor } from "../../../analyzer/session/files/compression";
import { openDumpBytes } from "../../../analyzer/session/files/dumpFile";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { unpackedSizeOf } from "../../../analyzer/session/files/unpackedSize";
import { identify } from "../../../analyzer/session/identify";
import { buildProgram, coreOf, requireTool } from "../../build/nativePrograms";
import { seededRandom } from "../../build/seededRandom";

type Packed = Exclude<Compression, "none">;

let core: Buffer;
const folder = mkdtempSync(join(tmpdir(), "exhume-compressed-"));

beforeAll(async () => {
  const program = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O0"] });
  core = readFileSync(await coreOf(program, ["segv"]));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Packs with the tool, unpacks with ours in pieces of several sizes, and expects the same bytes. */
async function check(compression: Packed, tool: string, args: readonly string[], content: Buffer) {
  requireTool(tool, `apt-get install ${tool}`);
  const path = join(folder, "content");
  writeFileSync(path, content);
  const packed = spawnSync(tool, [...args, path], { maxBuffer: 1 << 30 }).stdout;
  const size = unpackedSizeOf(new BytesSource("packed", packed), compression);
  if (size !== undefined) expect(size.bytes, `${tool} ${args.join(" ")}`).toBe(content.length);
  for (const piece of [packed.length, 65_537, 777]) {
    const parts: Buffer[] = [];
    const unpacker = await unpackerFor(compression, path, (bytes) => parts.push(Buffer.from(bytes)));
    for (let at = 0; at < packed.length; at += piece) await unpacker.push(packed.subarray(at, at + piece));
    await unpacker.end();
    expect(Buffer.concat(parts).equals(content), `${tool} ${args.join(" ")} in pieces of ${piece}`).toBe(
      true,
    );
  }
  const cut = await unpackerFor(compression, path, () => undefined);
  await expect(
    (async () => {
      await cut.push(packed.subarray(0, packed.length - 9));
      await cut.end();
    })(),
  ).rejects.toThrow();
}

describe("compressed cores", () => {
  const forms: readonly (readonly [Packed, string, readonly string[]])[] = [
    ["gzip", "gzip", ["-c"]],
    ["zstd", "zstd", ["-c", "-q"]],
    ["lz4", "lz4", ["-c", "-q"]],
    ["lz4", "lz4", ["-c", "-q", "-9", "-BD"]],
    ["lz4", "lz4", ["-c", "-q", "-B4", "-BX", "--no-frame-crc"]],
    ["lz4", "lz4", ["-c", "-q", "-B5", "-BD", "--content-size"]],
    ["xz", "xz", ["-c", "-q"]],
    ["xz", "xz", ["-c", "-q", "-0", "--check=sha256", "-T2", "--block-size=300000"]],
    ["xz", "xz", ["-c", "-q", "-0", "--check=none", "--lzma2=lc=1,lp=3,pb=1,dict=4KiB"]],
    ["lzma", "xz", ["-c", "-q", "--format=lzma"]],
    ["lzma", "xz", ["-c", "-q", "--format=lzma", "--lzma1=lc=0,lp=4,pb=0,dict=6KiB"]],
    ["bzip2", "bzip2", ["-c"]],
    ["bzip2", "bzip2", ["-c", "-1"]],
  ];
  for (const [compression, tool, args] of forms) {
    it(`come out as they went in: ${tool} ${args.join(" ")}`, async () => {
      await check(compression, tool, args, core);
      await check(compression, tool, args, Buffer.from("short"));
    });
  }

  it("are told by their content, however little they shrink", async () => {
    const random = seededRandom(5);
    const noise = Buffer.from(Array.from({ length: 5 << 20 }, () => Math.floor(random() * 256)));
    const content = Buffer.concat([core.subarray(0, 100), noise]);
    const path = join(folder, "noise");
    writeFileSync(path, content);
    // One of each xz and bzip2: they take seconds for noise.
    const slow = forms.filter(([, tool]) => tool === "xz" || tool === "bzip2");
    const once = slow.filter((form, at) => slow.findIndex(([compression]) => compression === form[0]) === at);
    for (const [compression, tool, args] of [...forms.filter((form) => !slow.includes(form)), ...once]) {
      const packed = spawnSync(tool, [...args, path], { maxBuffer: 1 << 30 }).stdout;
      expect(packed.length).toBeGreaterThan(content.length * 0.99);
      const identity = await identify(new BytesSource("packed", packed));
      expect(identity, `${tool} ${args.join(" ")}`).toMatchObject({
        kind: "core",
        packing: { compression },
      });
    }
  });

  it("are unpacked with holes for zeros, and the space is said first", async () => {
    const content = Buffer.concat([core.subarray(0, 100_001), Buffer.alloc(32 << 20), core]);
    const path = join(folder, "sparse");
    writeFileSync(path, content);
    spawnSync("zstd", ["-q", "-f", path, "-o", `${path}.zst`]);
    const steps: string[] = [];
    const work: Work = { throwIfCancelled: () => undefined, report: (step) => steps.push(step) };
    const file = await openDumpBytes(
      FileSource.open(`${path}.zst`),
      { compression: "zstd" },
      new ProblemList(),
      work,
    );
    expect(steps[0]).toContain(`${Math.round(content.length / 2 ** 20)} MiB`);
    const unpacked = Buffer.alloc(content.length);
    expect([file.byteLength, FileSource.attach(file).read(0, unpacked)]).toEqual([
      content.length,
      content.length,
    ]);
    expect(unpacked.equals(content)).toBe(true);
    expect(fstatSync(file.fd).blocks * 512).toBeLessThan(content.length - (24 << 20));
    closeSync(file.fd);
  });
});
