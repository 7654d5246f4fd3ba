import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { XzUnpacker } from "../../../analyzer/session/files/lzma/xz";
import { requireTool } from "../../build/nativePrograms";
import { seededRandom } from "../../build/seededRandom";

requireTool("xz", "apt-get install xz-utils");
const random = seededRandom(21);
const content = Buffer.from(Array.from({ length: 60_000 }, (_, k) => (k % 97) + Math.floor(random() * 3)));
const xz = (...args: string[]) => spawnSync("xz", ["-c", "-q", ...args], { input: content }).stdout;
const isTaken = (bytes: Buffer) => spawnSync("xz", ["-t", "-q"], { input: bytes }).status === 0;

/** `same`, or the reason why not; other bytes without a word are a fault of ours. */
function unpacked(bytes: Buffer): string {
  const parts: Uint8Array[] = [];
  try {
    const unpacker = new XzUnpacker({ name: "debugdata" }, (part) => void parts.push(part.slice()));
    unpacker.push(bytes);
    unpacker.end();
    return content.equals(Buffer.concat(parts)) ? "same" : "silent";
  } catch (error) {
    return `problem: ${(error as Error).message}`;
  }
}

describe(".gnu_debugdata", () => {
  for (const check of ["crc32", "crc64", "sha256"]) {
    it(`with a bit flipped is a problem or changes nothing, where xz -t says so: ${check}`, () => {
      const whole = xz(`--check=${check}`);
      expect(unpacked(whole)).toBe("same");
      for (let k = 0; k < 100; k++) {
        const place = k < 30 ? k : k < 60 ? whole.length - 1 - (k - 30) : Math.floor(random() * whole.length);
        const bytes = Buffer.from(whole);
        bytes[place]! ^= 1 << Math.floor(random() * 8);
        const result = unpacked(bytes);
        expect(result, `byte ${place} of ${whole.length}`).not.toBe("silent");
        if (result === "same") expect(isTaken(bytes), `byte ${place} of ${whole.length}`).toBe(true);
      }
    });
  }

  it("that asks for a huge dictionary, or went through a filter, is refused by name", () => {
    expect(unpacked(xz("--lzma2=preset=6,dict=1GiB"))).toMatch(
      /problem: .*its dictionary of 1.00 GiB is larger than 64.0 MiB; unpack it with xz -d first/,
    );
    expect(unpacked(xz("--x86", "--lzma2"))).toMatch(/problem: .*went through the filter x86/);
  });
});
