import { expect, it } from "vitest";
import type { ByteSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { listNotes } from "../../../../analyzer/formats/elf/notes";

/** Like the memory of a process: larger than what can be read of it. */
function readableUpTo(readable: number): ByteSource {
  return {
    name: "memory",
    byteLength: 1 << 20,
    read: (position, into) => {
      const got = Math.max(0, Math.min(into.length, readable - position));
      into.fill(0, 0, got);
      into.set([4, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0x47, 0x4e, 0x55, 0].slice(0, got));
      return got;
    },
  };
}

it("ends a list of notes where the bytes cannot be read", () => {
  for (let readable = 0; readable < 64; readable++) {
    const notes = listNotes(readableUpTo(readable), 0, 4096, new ProblemList());
    expect(notes.length, `${readable}`).toBe(readable < 12 ? 0 : 1 + Math.floor((readable - 12) / 16));
    expect(notes.at(-1)?.type ?? 3).toBe(3);
  }
});
