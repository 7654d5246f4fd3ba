import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { unpackXz } from "../../../analyzer/session/core/miniDebug";
import { requireTool } from "../../build/nativePrograms";
import { seededRandom } from "../../build/seededRandom";

requireTool("xz", "apt-get install xz-utils");
const random = seededRandom(21);
const content = Buffer.from(Array.from({ length: 60_000 }, (_, k) => (k % 97) + Math.floor(random() * 3)));
const xz = (...args: string[]) => spawnSync("xz", ["-c", "-q", ...args], { input: content }).stdout;
const isTaken = (bytes: Buffer) => spawnSync("xz", ["-t", "-q"], { input: bytes }).status === 0;

/** `same`, or the reason why not; other bytes without a word are a fault of ours. */
async function unpacked(bytes: Buffer): Promise<string> {
  try {
    return content.equals(await unpackXz(bytes)) ? "same" : "silent";
  } catch (error) {
    return `problem: ${(error as Error).message}`;
  }
}

describe(".gnu_debugdata", () => {
  for (const check of ["crc32", "crc64"]) {
    it(`with a bit flipped is a problem or changes nothing, where xz -t says so: ${check}`, async () => {
      const whole = xz(`--check=${check}`);
      expect(await unpacked(whole)).toBe("same");
      for (let k = 0; k < 150; k++) {
        const place = k < 30 ? k : k < 60 ? whole.length - 1 - (k - 30) : Math.floor(random() * whole.length);
        const bytes = Buffer.from(whole);
        bytes[place]! ^= 1 << Math.floor(random() * 8);
        const result = await unpacked(bytes);
        expect(result, `byte ${place} of ${whole.length}`).not.toBe("silent");
        if (result === "same") expect(isTaken(bytes), `byte ${place} of ${whole.length}`).toBe(true);
      }
    });
  }

  it("checked by SHA-256 is said not to be read", async () => {
    expect(await unpacked(xz("--check=sha256"))).toBe(
      "problem: its checks are of SHA-256, which are not read",
    );
  });

  it("that asks for a huge dictionary, or unpacks to very much, is refused", async () => {
    expect(await unpacked(xz("--lzma2=preset=6,dict=1GiB"))).toMatch(/problem: its dictionary/);
    const zeros = spawnSync("xz", ["-c", "-q"], { input: Buffer.alloc(64 << 20) }).stdout;
    expect(await unpacked(zeros)).toMatch(/problem: it unpacks to more than 16777216 bytes/);
  });
});
