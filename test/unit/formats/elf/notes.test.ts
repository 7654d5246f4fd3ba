import { expect, it } from "vitest";
import { type ByteSource, BytesSource } from "../../../../analyzer/base/byteSource";
import { ProblemList } from "../../../../analyzer/base/problems";
import { listNotes } from "../../../../analyzer/formats/elf/notes";
import { seededRandom } from "../../../build/seededRandom";

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
    const notes = listNotes(readableUpTo(readable), 0, 4096, true, new ProblemList());
    expect(notes.length, `${readable}`).toBe(readable < 12 ? 0 : 1 + Math.floor((readable - 12) / 16));
    expect(notes.at(-1)?.type ?? 3).toBe(3);
  }
});

/** Like a core's: eight notes whose contents look like nothing else. */
const sizes = [336, 136, 320, 512, 900, 336, 64, 832];
const owners = ["CORE", "CORE", "CORE", "CORE", "CORE", "CORE", "LINUX", "LINUX"];

function noteBytes(): { readonly bytes: Uint8Array; readonly starts: readonly number[] } {
  const random = seededRandom(9);
  const starts: number[] = [];
  const parts = sizes.flatMap((size, k) => {
    const owner = owners[k]!;
    const head = Buffer.alloc(12 + Math.ceil((owner.length + 1) / 4) * 4);
    head.writeUInt32LE(owner.length + 1, 0);
    head.writeUInt32LE(size, 4);
    head.writeUInt32LE(100 + k, 8);
    head.write(owner, 12, "latin1");
    return [head, Buffer.from(Array.from({ length: size }, () => Math.floor(random() * 256)))];
  });
  for (let k = 0, at = 0; k < parts.length; k += 2) {
    starts.push(at);
    at += parts[k]!.length + parts[k + 1]!.length;
  }
  return { bytes: Buffer.concat(parts), starts };
}

it("goes on at the next note where one has a wrong size, and says what was passed over", () => {
  const { bytes, starts } = noteBytes();
  const listed = (changed: Uint8Array) => {
    const problems = new ProblemList();
    const notes = listNotes(new BytesSource("core", changed), 0, changed.length, true, problems);
    return { types: notes.map(({ type }) => type), problems: problems.toArray() };
  };
  expect(listed(bytes)).toEqual({ types: sizes.map((_, k) => 100 + k), problems: [] });
  for (const [k, start] of starts.entries())
    for (const size of [0xffff_fff0, sizes[k]! + 700, sizes[k]! + 4, sizes[k]! - 40]) {
      const changed = Uint8Array.from(bytes);
      new DataView(changed.buffer).setUint32(start + 4, size, true);
      const { types, problems } = listed(changed);
      const others = sizes.map((_, other) => 100 + other).filter((type) => type !== 100 + k);
      expect(
        types.filter((type) => type !== 100 + k),
        `note ${k} of ${size} bytes`,
      ).toEqual(others);
      expect(problems[0], `note ${k} of ${size} bytes`).toMatchObject({
        code: "note-damaged",
        losesData: true,
      });
      expect(problems[0]!.message).toMatch(/is damaged; \d+ bytes were passed over up to the next one/);
    }
});

it("takes zeros behind the last note for padding", () => {
  const { bytes } = noteBytes();
  const problems = new ProblemList();
  const padded = Buffer.concat([bytes, Buffer.alloc(3000)]);
  expect(listNotes(new BytesSource("core", padded), 0, padded.length, true, problems)).toHaveLength(
    sizes.length,
  );
  expect(problems.isEmpty).toBe(true);
});
