import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { readProcessSnapshot } from "../../../../analyzer/core/knownFormats";
import { scanProcess } from "../../../../analyzer/core/privacy/scanProcess";
import { buildCore, fileNote, x86ThreadNote } from "../../../build/elfBuilder";

const base = 0x1000_0000n;
const window = 1 << 20;
const token = "Bearer mF9x4B5f1q2JqMTz0sKpLw";

function scan(bytes: Uint8Array, work = unwatched) {
  const core = buildCore({
    notes: [
      x86ThreadNote({ lwp: 7 }),
      fileNote([{ start: 0x40_0000n, end: 0x40_1000n, pages: 0, path: "/srv/ada.l@mail.example.org/till" }]),
    ],
    segments: [{ address: base, bytes, flags: 6 }],
  });
  const image = readProcessSnapshot(new BytesSource("core", core), new ProblemList());
  return scanProcess(image, () => (address) => ({ holder: `page ${(address - base) >> 12n}` }), work);
}

const rows = (bytes: Uint8Array) =>
  scan(bytes).findings.map(({ kind, holder, count, place }) => [kind, holder, count, place]);
const ofNotes = ["email", "notes", 1, undefined];

describe("secrets in the memory of a core", () => {
  it("are found in texts of one and of two bytes a character, and said where they are", () => {
    const bytes = new Uint8Array(16 << 10);
    bytes.set(Buffer.from(`\x01\x02password=Hunter2secret\0`), 100);
    bytes.set(Buffer.from("жж card 4012 8888 8888 1881"), 5001);
    bytes.set(Buffer.from('"apiKey":"Wide88Key"', "utf16le"), 9001);
    expect(rows(bytes)).toEqual([
      ["card", "page 1", 1, base + 5011n],
      ofNotes,
      ["named-value", "page 0", 1, base + 111n],
      ["named-value", "page 2", 1, base + 9001n + 20n],
    ]);
  });

  it("are found wherever the end of what is read at once falls into them", () => {
    for (const text of [Buffer.from(token), Buffer.from(token, "utf16le")]) {
      for (let before = 0; before <= text.length; before += 3) {
        const bytes = new Uint8Array(window + 4096);
        bytes.set(text, window - before);
        const { findings } = scan(bytes);
        expect([before, findings.map(({ kind, length }) => [kind, length])]).toEqual([
          before,
          [
            ["authorization", 22],
            ["email", 22],
          ],
        ]);
      }
    }
  });

  it("are told without their values", () => {
    const bytes = Buffer.from("password=Hunter2secret\0");
    expect(JSON.stringify(scan(bytes).findings.map(({ place: _, ...rest }) => rest))).not.toContain(
      "Hunter2",
    );
  });

  it("are not looked for any longer when nobody wants them", () => {
    const work = {
      ...unwatched,
      throwIfCancelled: () => {
        throw new ExhumeError({ code: "cancelled" });
      },
    };
    expect(() => scan(new Uint8Array(4096), work)).toThrow(ExhumeError);
  });
});
