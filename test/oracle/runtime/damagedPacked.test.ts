import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import type { Compression } from "../../../analyzer/session/files/compression";
import { openDumpBytes } from "../../../analyzer/session/files/dumpFile";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { chainDump } from "../../build/chainDump";
import { requireTool } from "../../build/nativePrograms";
import { seededRandom } from "../../build/seededRandom";

const folder = mkdtempSync(join(tmpdir(), "exhume-damaged-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dump = Buffer.from(chainDump(12_000));
const flipsPerForm = 120;

type Packing = Exclude<Compression, "none">;
const forms: readonly (readonly [Packing, readonly string[]])[] = [
  ["gzip", ["-c"]],
  ["zstd", ["-c", "-q"]],
  ["zstd", ["-c", "-q", "-19", "--long=27"]],
  ["lz4", ["-c", "-q"]],
  ["lz4", ["-c", "-q", "-BX", "-BD", "-B4", "--content-size"]],
  ["xz", ["-c", "-q", "-0"]],
  ["xz", ["-c", "-q", "-6", "--check=sha256", "--block-size=100000"]],
  ["bzip2", ["-c", "-q"]],
];

function packed(tool: string, args: readonly string[], content: Buffer): Buffer {
  requireTool(tool, `apt-get install ${tool}`);
  const path = join(folder, "content");
  writeFileSync(path, content);
  return spawnSync(tool, [...args, path], { maxBuffer: 1 << 30 }).stdout;
}

/** What opening gives: `same` bytes, a `problem` (or a fault), or bytes that differ without a word. */
async function opened(compression: Packing, bytes: Buffer): Promise<"same" | "problem" | "silent"> {
  const path = join(folder, "packed");
  writeFileSync(path, bytes);
  const source = FileSource.open(path);
  const problems = new ProblemList();
  try {
    const file = await openDumpBytes(source, { compression }, problems, unwatched);
    const content = readFileSync(file.fd);
    closeSync(file.fd);
    if (!problems.isEmpty) return "problem";
    return content.equals(dump) ? "same" : "silent";
  } catch (error) {
    if (error instanceof ExhumeError) return "problem";
    throw error;
  } finally {
    source.close();
  }
}

/** Whether the format's own program takes it. */
function isTakenBy(tool: string, bytes: Buffer): boolean {
  const args = tool === "zstd" ? ["-t", "-q", "--long=27"] : ["-t", "-q"];
  return spawnSync(tool, args, { input: bytes }).status === 0;
}

describe("a bit flipped in a packed dump", () => {
  for (const [k, [tool, args]] of forms.entries()) {
    it(`is a problem or changes nothing: ${tool} ${args.join(" ")}`, async () => {
      const whole = packed(tool, args, dump);
      expect(await opened(tool, whole)).toBe("same");
      // A unit test flips a bit of every byte of smaller ones.
      const flips = tool === "xz" || tool === "bzip2" ? flipsPerForm / 4 : flipsPerForm;
      const random = seededRandom(100 + k);
      const heads = Array.from({ length: 20 }, (_, at) => at);
      const ends = Array.from({ length: 20 }, (_, at) => whole.length - 1 - at);
      const places = Array.from({ length: flips }, () => Math.floor(random() * whole.length));
      const counts = { same: 0, problem: 0, silent: 0 };
      for (const at of [...heads, ...ends, ...places]) {
        const bytes = Buffer.from(whole);
        bytes[at]! ^= 1 << Math.floor(random() * 8);
        const result = await opened(tool, bytes);
        counts[result]++;
        const place = `byte ${at} of ${whole.length}`;
        expect(result, place).not.toBe("silent");
        // gzip passes over what is behind a member, and over the name in the header, as we do.
        if (result === "same") expect(isTakenBy(tool, bytes), place).toBe(true);
      }
      expect(counts.problem).toBeGreaterThan(flips / 2);
    });
  }

  it("is a problem where one gzip member ends and the next begins", async () => {
    const half = dump.length >> 1;
    const first = packed("gzip", ["-c"], dump.subarray(0, half));
    const whole = Buffer.concat([first, packed("gzip", ["-c"], dump.subarray(half))]);
    expect(await opened("gzip", whole)).toBe("same");
    for (const at of [first.length - 1, first.length, first.length + 1, first.length + 2]) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 4;
      expect(await opened("gzip", bytes), `byte ${at}`).toBe("problem");
    }
    expect(await opened("gzip", Buffer.concat([whole, Buffer.alloc(5000)])), "padded").toBe("same");
    expect(await opened("gzip", Buffer.concat([whole, Buffer.from("more")]))).toBe("problem");
  });
});

describe("what unpacks to far more than it is", () => {
  /** Zstandard frame of 128 KiB blocks that repeat one byte: 4 bytes each. */
  function bombOf(blocks: number): Buffer {
    const block = Buffer.from([0x02, 0, 0x10, 0]);
    const last = Buffer.from([0x03, 0, 0x10, 0]);
    const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58]);
    return Buffer.concat([head, ...Array.from({ length: blocks - 1 }, () => block), last]);
  }

  it("is refused with its sizes", async () => {
    const path = join(folder, "bomb.zst");
    const bomb = bombOf(16 << 10);
    writeFileSync(path, bomb);
    expect(isTakenBy("zstd", bombOf(16))).toBe(true);
    const opening = openDumpBytes(
      FileSource.open(path),
      { compression: "zstd" },
      new ProblemList(),
      unwatched,
    );
    await expect(opening).rejects.toMatchObject({
      fault: {
        code: "refused",
        what: expect.stringContaining("64.0 KiB and would unpack to more than 1.00 GiB"),
      },
    });
  });

  it("is refused when it asks for a window that nobody grants", async () => {
    const path = join(folder, "window.zst");
    const bomb = bombOf(2);
    bomb[5] = 21 << 3;
    writeFileSync(path, bomb);
    const opening = openDumpBytes(
      FileSource.open(path),
      { compression: "zstd" },
      new ProblemList(),
      unwatched,
    );
    await expect(opening).rejects.toMatchObject({ fault: { code: "unsupported" } });
  });
});
