import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { unwatched } from "../../../../analyzer/base/work";
import { scanText } from "../../../../analyzer/formats/texts/scanText";

const log = `[0.001s][info][gc] Using G1
[0.002s][info][gc] -Ddb.password=Tr0ub4dor9
Environment Variables:
HOME=/home/ada
DB_PASSWORD=correct-horse
PATH=/usr/bin
Dynamic libraries:
7f00-7f01 r-xp /opt/shop ada.lovelace@mail.example.org
`;

function rows(bytes: Uint8Array) {
  return scanText(new BytesSource("log", bytes), "GC log", unwatched).findings.map(
    ({ kind, holder, place, masked }) => [kind, holder, place, masked],
  );
}

describe("secrets in a saved text", () => {
  const expected = [
    ["email", "Dynamic libraries", 8, "a***g"],
    ["named-value", "GC log", 2, "T***9"],
    ["named-value", "Environment Variables", 5, "c***e"],
  ];

  it("are found by line and the heading above it, in an environment by the variable's name", () => {
    expect(rows(Buffer.from(log))).toEqual(expected);
  });

  it("are found in UTF-16 as well", () => {
    expect(rows(Buffer.from(`\ufeff${log}`, "utf16le"))).toEqual(expected);
  });

  it("are all counted, however many there are", () => {
    const many = "card 4012 8888 8888 1881\n".repeat(20_010);
    const { findings, notKept } = scanText(new BytesSource("log", Buffer.from(many)), "text", unwatched);
    expect([findings.map(({ count }) => count), notKept]).toEqual([[20_010], 0]);
  });

  it("are counted together where more holders have them than are told apart", () => {
    const nameOf = (k: number) =>
      `Part ${[...String(k).padStart(5, "0")].map((digit) => "abcdefghij"[Number(digit)]).join("")}:`;
    const many = Array.from({ length: 20_010 }, (_, k) => `${nameOf(k)}\ncard 4012 8888 8888 1881\n`).join(
      "",
    );
    const { findings, notKept } = scanText(new BytesSource("log", Buffer.from(many)), "text", unwatched);
    expect([findings.length, notKept]).toEqual([20_000, 10]);
  });
});
