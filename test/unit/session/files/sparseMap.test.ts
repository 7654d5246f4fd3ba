import { describe, expect, it } from "vitest";
import { nextDataIn, sparseMapIn } from "../../../../analyzer/session/files/sparseMap";

const encoder = new TextEncoder();

/** The beginning of an archive in the form that tar writes. */
function archiveOf(map: string, records = "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"): Uint8Array {
  const archive = new Uint8Array(512 * 4);
  const put = (at: number, text: string) => archive.set(encoder.encode(text), at);
  put(124, `${records.length.toString(8).padStart(11, "0")}\0`);
  put(156, "x");
  put(512, records);
  put(512 * 3, map);
  return archive;
}

describe("the map of a sparse file", () => {
  it("tells where data is", () => {
    const map = sparseMapIn(archiveOf("3\n0\n4096\n40960\n8192\n100000\n0\n"))!;
    expect([...map]).toEqual([0, 4096, 40_960, 49_152, 100_000, 100_000]);
    const next = [0, 4095, 4096, 40_960, 49_151, 49_152, 200_000].map((at) => nextDataIn(map, at));
    const infinity = Number.POSITIVE_INFINITY;
    expect(next).toEqual([0, 4095, 40_960, 40_960, 49_151, 100_000, infinity]);
  });

  it.each([
    ["another archive", archiveOf("1\n0\n1\n", "22 GNU.sparse.major=0\n")],
    ["no number", archiveOf("1\nx\n1\n")],
    ["a map that is cut", archiveOf("3\n0\n4096\n").subarray(0, 512 * 3 + 9)],
    ["nothing", new Uint8Array(0)],
    ["no count", archiveOf("-1\n")],
  ])("is not made of %s", (_name, archive) => {
    expect(sparseMapIn(archive)).toBeUndefined();
  });
});
