import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { ProblemList } from "../../../../analyzer/base/problems";
import { type RedactionLevel, redactionLevels } from "../../../../analyzer/base/secrets/redactionLevel";
import { unwatched, type Work } from "../../../../analyzer/base/work";
import { readProcessSnapshot } from "../../../../analyzer/core/knownFormats";
import { planProcessCopy, writeRedactedDump } from "../../../../analyzer/core/processCopies";
import { auxiliaryNote, buildCore, fileNote, signalNote, x86ThreadNote } from "../../../build/elfBuilder";
import { freebsdCore } from "../../../build/freebsdCore";
import { seededRandom } from "../../../build/seededRandom";

const stack = 0x7ffd_0000_0000n;
const code = 0x40_0000n;
const data = 0x60_0000n;
const path = "/srv/customer-4711/till";

/** Two stacks with frames, a list in the heap, text and numbers in all of them, a register with a text in it. */
function secretive(): Uint8Array {
  const words = new BigUint64Array(512);
  words.set([stack + 0x140n, code + 0x1234n], 0x100 / 8);
  words.set([0n, code + 0x1010n], 0x140 / 8);
  words.set([4111111111111111n, 0x0074657263657321n, data + 0x100n], 0x200 / 8);
  const stackBytes = new Uint8Array(words.buffer);
  const heap = new Uint8Array(8192);
  heap.set(Buffer.from("password=Hunter2secret\0"), 0x40);
  heap.set(Buffer.from('"apiKey":"Wide88Key"', "utf16le"), 0x201);
  heap.set(Buffer.from("жена: secret-жена"), 0x300);
  const thread = x86ThreadNote({
    lwp: 4711,
    signal: 11,
    rip: code + 0x1300n,
    rsp: stack + 0xe0n,
    rbp: stack + 0x100n,
  });
  // rax is the eleventh of the registers, which begin at 112.
  thread.bytes.set(Buffer.from("!!secret"), 112 + 8 * 10);
  return buildCore({
    notes: [
      thread,
      signalNote(11, 1, 16n),
      auxiliaryNote({ 6: 4096n, 9: code + 0x1000n }),
      fileNote([{ start: code + 0x1000n, end: code + 0x2000n, pages: 1, path }]),
    ],
    segments: [
      { address: code + 0x1000n, bytes: new Uint8Array(4096).fill(0x90), flags: 5 },
      { address: data, bytes: heap, flags: 6 },
      { address: stack, bytes: stackBytes, flags: 6 },
    ],
  });
}

function redacted(bytes: Uint8Array, level: RedactionLevel, work: Work = unwatched) {
  const source = new BytesSource("core", bytes);
  const image = readProcessSnapshot(source, new ProblemList());
  const copy = new Uint8Array(bytes.length);
  const plan = planProcessCopy(image, level, () => false, work);
  const { names } = writeRedactedDump(source, plan, (position, piece) => copy.set(piece, position), work);
  return { copy, names };
}

const secrets = ["Hunter2secret", "password", "!secret", "!!secret", "secret-"];

describe("a redacted core", () => {
  for (const level of redactionLevels) {
    it(`has no text of its process at level ${level}, and the same addresses`, () => {
      const { copy, names } = redacted(secretive(), level);
      const text = Buffer.from(copy);
      for (const secret of secrets) expect([secret, text.includes(secret)]).toEqual([secret, false]);
      expect(text.includes("apiKey", 0, "utf16le")).toBe(false);
      expect(text.includes(path)).toBe(level !== "names");
      expect([...names.values()]).toEqual(level === "names" ? [path] : []);
      const image = readProcessSnapshot(new BytesSource("copy", copy), new ProblemList());
      const original = readProcessSnapshot(new BytesSource("core", secretive()), new ProblemList());
      expect(image.threads[0]!.registers[16]).toBe(code + 0x1300n);
      expect(image.threads[0]!.registers[7]).toBe(stack + 0xe0n);
      expect(image.threads[0]!.registers[0]).toBe(0n);
      expect(image.signal).toEqual(original.signal);
      expect(image.memory.segments).toEqual(original.memory.segments);
      for (const at of [0x100n, 0x108n, 0x148n, 0x210n]) {
        expect(image.memory.u64(stack + at)).toBe(original.memory.u64(stack + at));
      }
      const keepsNumbers = level === "strings" || level === "arrays";
      expect(image.memory.u64(stack + 0x200n)).toBe(keepsNumbers ? 4111111111111111n : 0n);
      expect(image.memory.u64(code + 0x1000n)).toBe(0x9090909090909090n);
    });
  }

  it("is not made of other systems' cores, whose notes would have nothing left to read", () => {
    expect(() => redacted(freebsdCore(), "strings")).toThrow(
      "core: it is a core of FreeBSD, of which no copy without contents can be made.",
    );
  });

  it("keeps addresses behind a part of a region that is not in the core", () => {
    const words = new BigUint64Array(512).fill(data + 0x10n);
    const bytes = buildCore({
      notes: [x86ThreadNote({ lwp: 1, signal: 11, rip: code, rsp: stack, rbp: stack })],
      segments: [
        { address: data, bytes: new Uint8Array(words.buffer), memoryBytes: 8192, flags: 6 },
        { address: data + 8192n, bytes: new Uint8Array(words.buffer), flags: 6 },
      ],
    });
    const { copy } = redacted(bytes, "fields");
    const { memory } = readProcessSnapshot(new BytesSource("copy", copy), new ProblemList());
    for (const at of [0n, 4088n, 8192n, 8192n + 4088n]) expect(memory.u64(data + at)).toBe(data + 0x10n);
  });

  it("of a core that was cut anywhere has its length and nothing of its contents", () => {
    const bytes = secretive();
    for (let length = 128; length < bytes.length; length += 97) {
      const { copy } = redacted(bytes.subarray(0, length), "fields");
      for (const secret of secrets) expect(Buffer.from(copy).includes(secret)).toBe(false);
    }
  });

  it("of a damaged core is written or refused", () => {
    const random = seededRandom(7);
    const bytes = secretive();
    let written = 0;
    for (let round = 0; round < 400; round++) {
      const damaged = bytes.slice();
      for (let k = 0; k < 4; k++) damaged[Math.floor(random() * 1400)] = Math.floor(random() * 256);
      try {
        expect(redacted(damaged, "names").copy).toHaveLength(bytes.length);
        written++;
      } catch (error) {
        expect(error).toBeInstanceOf(ExhumeError);
      }
    }
    expect(written).toBeGreaterThan(200);
  });

  it("is not finished when nobody wants it any more", () => {
    const work = {
      ...unwatched,
      throwIfCancelled: () => {
        throw new ExhumeError({ code: "cancelled" });
      },
    };
    expect(() => redacted(secretive(), "fields", work)).toThrow(ExhumeError);
  });
});
