import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { describeModuleCounts, moduleCountsOf } from "../../../analyzer/core/modules/moduleCounts";
import { matchModule, type SearchPlaces } from "../../../analyzer/core/modules/moduleFiles";
import { auxiliaryNote, buildCore, fileNote, x86ThreadNote } from "../../build/elfBuilder";
import { firstPageOf } from "../../build/linkedProcess";

const path = "/opt/lib/libshop.so";
const bias = 0x7000_0000n;
const pageBytes = 4096;
const dynamicAt = 0x200;

/** Headers, constants and data of a library without a build id; its dynamic section names a table at link time. */
const table = 0x1180n;
const file = new Uint8Array(3 * pageBytes);
file.set(
  firstPageOf([
    { type: 1, flags: 5, offset: 0, address: 0n, bytes: 2 * pageBytes },
    { type: 1, flags: 6, offset: 2 * pageBytes, address: 0x2000n, bytes: pageBytes },
    { type: 2, flags: 6, offset: 2 * pageBytes + dynamicAt, address: 0x2200n, bytes: 64 },
  ]),
);
file.fill(7, pageBytes, 2 * pageBytes);
file.set(dataPage([5n, table, 10n, 99n, 21n, 0n, 0n, 0n]), 2 * pageBytes);

function dataPage(words: readonly bigint[]): Uint8Array {
  const page = new Uint8Array(pageBytes);
  const view = new DataView(page.buffer);
  words.forEach((word, index) => {
    view.setBigUint64(dynamicAt + 8 * index, word, true);
  });
  return page;
}

const loadedData = dataPage([5n, bias + table, 10n, 99n, 21n, 0x1234n, 0n, 0n]);

interface Loaded {
  readonly data?: Uint8Array;
  readonly constants?: Uint8Array;
  /** Page of the file that the data was mapped from. */
  readonly dataPage?: number;
}

function imageOf({ data, constants, dataPage: page = 2 }: Loaded) {
  const absent = new Uint8Array(0);
  const bytes = buildCore({
    notes: [
      x86ThreadNote({ lwp: 7 }),
      auxiliaryNote({ 9: 0x40_0000n }),
      fileNote([
        { start: bias, end: bias + 0x2000n, pages: 0, path },
        { start: bias + 0x2000n, end: bias + 0x3000n, pages: page, path },
      ]),
    ],
    segments: [
      { address: bias, bytes: absent, memoryBytes: 4096, flags: 5 },
      { address: bias + 0x1000n, bytes: constants ?? absent, memoryBytes: 4096, flags: 5 },
      { address: bias + 0x2000n, bytes: data ?? absent, memoryBytes: 4096 },
    ],
  });
  return readProcessSnapshot(new BytesSource("core", bytes), new ProblemList());
}

function match(loaded: Loaded, places: Partial<SearchPlaces> = {}, at = path) {
  const image = imageOf(loaded);
  return matchModule(image.modules[0]!, image, { folders: [], debugRoots: [], ...places }, (asked) =>
    asked === at ? new BytesSource(asked, file) : undefined,
  );
}

const changed = (bytes: Uint8Array, at: number) =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

describe("a file of a module without a build id in the core", () => {
  it("is found when its dynamic section was loaded, with addresses moved or not", () => {
    const found = { status: "found", verification: "contents", path };
    expect(match({ data: loadedData })).toMatchObject(found);
    expect(match({ data: file.subarray(2 * pageBytes) })).toMatchObject(found);
  });

  it("is found when read-only pages of it are in the core", () =>
    expect(match({ constants: file.subarray(pageBytes, 2 * pageBytes) })).toMatchObject({
      status: "found",
      verification: "contents",
    }));

  it("is unverified when the core has nothing of it", () =>
    expect(match({})).toMatchObject({ status: "unverified", verification: "none", path }));

  const others: readonly (readonly [string, Loaded])[] = [
    ["another table", { data: changed(loadedData, dynamicAt + 8) }],
    ["another size", { data: changed(loadedData, dynamicAt + 24) }],
    ["another order of tables", { data: changed(loadedData, dynamicAt) }],
    ["another constant", { constants: changed(file.subarray(pageBytes, 2 * pageBytes), 4000) }],
    ["data from another place", { dataPage: 3 }],
    ["the right data and another constant", { data: loadedData, constants: new Uint8Array(pageBytes) }],
  ];
  for (const [what, loaded] of others)
    it(`is mismatched and not used for ${what}`, () => {
      const result = match(loaded);
      expect(result).toMatchObject({ status: "mismatched", candidates: [{ refused: "otherContents" }] });
      expect(result.path).toBeUndefined();
      expect(match(loaded, { allowMismatch: true })).toMatchObject({ status: "mismatched", path });
    });

  it("is looked for in the sysroot only, where one is given", () => {
    const places = { sysroot: "/images/old" };
    expect(match({ data: loadedData }, places)).toMatchObject({
      status: "missing",
      tried: [`/images/old${path}`],
    });
    expect(match({ data: loadedData }, places, `/images/old${path}`).status).toBe("found");
  });
});

it("counts modules by status, and says nothing of a status none has", () => {
  const counts = moduleCountsOf(
    [match({ data: loadedData }), match({}), match({ dataPage: 3 })].map((each) => ({ match: each })),
  );
  expect(counts).toEqual({ found: 1, unverified: 1, missing: 0, mismatched: 1 });
  expect(describeModuleCounts(counts)).toBe("1 found, 1 unverified, 1 mismatched");
  expect(describeModuleCounts(moduleCountsOf([]))).toBe("0 found");
});
