import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { auxiliaryNote, type BuiltSegment, buildCore, fileNote, x86ThreadNote } from "../../build/elfBuilder";
import { firstPageOf, pageWithDynamicSection, pageWithLinkMap } from "../../build/linkedProcess";

type Mappings = Parameters<typeof fileNote>[0];

const loader = 0x7000_0000n;
const library = 0x6000_0000n;
const libraryData = library + 0x20_0000n;
const empty = new Uint8Array(4096);

function imageOf(
  mappings: Mappings | undefined,
  segments: readonly BuiltSegment[],
  auxiliary: Readonly<Record<number, bigint>>,
) {
  const bytes = buildCore({
    notes: [
      x86ThreadNote({ lwp: 7 }),
      auxiliaryNote(auxiliary),
      ...(mappings === undefined ? [] : [fileNote(mappings)]),
    ],
    segments,
  });
  return readProcessSnapshot(new BytesSource("core", bytes), new ProblemList());
}

function modulesOf(...[mappings, segments, auxiliary]: Parameters<typeof imageOf>) {
  return imageOf(mappings, segments, auxiliary).modules.map(
    ({ path, kind, start, end, bias }) =>
      `${kind} ${path} ${start.toString(16)}-${end.toString(16)} +${bias.toString(16)}`,
  );
}

/** What gcore of RHEL 7 writes: of a program and a library only the pages that may differ from the files. */
function withoutCode(hasLinkMap: boolean): Parameters<typeof imageOf> {
  const list = pageWithLinkMap(loader, [
    { bias: 0n, dynamic: 0x601e00n, path: "" },
    { bias: library, dynamic: libraryData + 0x100n, path: "/lib64/libc.so.6" },
  ]);
  return [
    [
      { start: 0x601000n, end: 0x602000n, pages: 1, path: "/opt/shop" },
      { start: 0x602000n, end: 0x603000n, pages: 2, path: "/opt/shop" },
      { start: libraryData, end: libraryData + 0x1000n, pages: 0x1c3, path: "/lib64/libc-2.17.so" },
      { start: libraryData + 0x1000n, end: libraryData + 0x2000n, pages: 0x1c4, path: "/lib64/libc-2.17.so" },
      { start: 0x7100_0000n, end: 0x7100_1000n, pages: 9, path: "/usr/lib/locale/locale-archive" },
    ],
    [
      { address: 0x601000n, bytes: pageWithDynamicSection(0xe00, loader), flags: 4 },
      { address: 0x602000n, bytes: empty },
      { address: libraryData, bytes: pageWithDynamicSection(0x100, 0n), flags: 4 },
      { address: libraryData + 0x1000n, bytes: empty },
      { address: loader, bytes: hasLinkMap ? list : empty },
      { address: 0x7100_0000n, bytes: empty, flags: 4 },
    ],
    { 3: 0x400040n, 5: 8n, 9: 0x4003e0n },
  ];
}

describe("modules of a core that lists no mapping of a file's beginning", () => {
  it("are those the loader lists, where it has them", () => {
    expect(modulesOf(...withoutCode(true))).toEqual([
      "executable /opt/shop 400000-603000 +0",
      "library /lib64/libc-2.17.so 60000000-60202000 +60000000",
    ]);
    expect(imageOf(...withoutCode(true)).executablePath).toBe("/opt/shop");
  });

  it("are told by their data where the loader's list is lost; data files are not", () => {
    expect(modulesOf(...withoutCode(false))).toEqual([
      "library /opt/shop 601000-603000 +601000",
      "library /lib64/libc-2.17.so 60200000-60202000 +60200000",
    ]);
  });
});

describe("a program with code and data in one page of its file", () => {
  const mappings: Mappings = [
    { start: 0x400000n, end: 0x401000n, pages: 0, path: "/opt/shop" },
    { start: 0x600000n, end: 0x601000n, pages: 0, path: "/opt/shop" },
    { start: 0x7000_0000n, end: 0x7000_1000n, pages: 0, path: "/opt/shop" },
  ];
  const page = firstPageOf([
    { type: 1, flags: 5, offset: 0, address: 0x400000n, bytes: 0x600 },
    { type: 1, flags: 6, offset: 0x600, address: 0x600600n, bytes: 0x200 },
  ]);

  it("is one module by its program headers; a file mapped to look at is none", () => {
    const segments = [
      { address: 0x400000n, bytes: page, flags: 5 },
      { address: 0x600000n, bytes: page },
      { address: 0x7000_0000n, bytes: page, flags: 4 },
    ];
    expect(modulesOf(mappings, segments, { 9: 0x400100n })).toEqual([
      "executable /opt/shop 400000-601000 +0",
    ]);
  });

  it("is one module by what it may do with the pages where they were left out", () => {
    const segments = [
      { address: 0x400000n, bytes: new Uint8Array(0), memoryBytes: 4096, flags: 5 },
      { address: 0x600000n, bytes: page },
    ];
    expect(modulesOf(mappings.slice(0, 2), segments, { 9: 0x400100n })).toEqual([
      "executable /opt/shop 400000-601000 +400000",
    ]);
  });

  it("is two modules when it was loaded twice", () => {
    const second = 0x5000_0000n;
    const twice = [
      { start: 0x400000n, end: 0x401000n, pages: 0, path: "/opt/shop" },
      { start: second, end: second + 0x1000n, pages: 0, path: "/opt/shop" },
      { start: second + 0x1000n, end: second + 0x2000n, pages: 1, path: "/opt/shop" },
    ];
    const segments = [
      { address: 0x400000n, bytes: page, flags: 5 },
      { address: second, bytes: page, flags: 5 },
      { address: second + 0x1000n, bytes: empty },
    ];
    expect(modulesOf(twice, segments, { 9: 0x400100n })).toHaveLength(2);
  });
});

describe("modules of a core without NT_FILE", () => {
  it("are named by the loader, prelinked ones too, whose bias is 0 as the program's is", () => {
    const prelinked = 0x30_ed60_0000n;
    const headersOf = (address: bigint) =>
      firstPageOf([
        { type: 1, flags: 5, offset: 0, address, bytes: 0x1000 },
        { type: 1, flags: 6, offset: 0x1000, address: address + 0x1000n, bytes: 0x1000 },
        { type: 2, flags: 6, offset: 0x1200, address: address + 0x1200n, bytes: 0x100 },
      ]);
    const segments = [
      { address: 0x400000n, bytes: headersOf(0x400000n), flags: 5 },
      { address: 0x401000n, bytes: pageWithDynamicSection(0x200, loader) },
      {
        address: loader,
        bytes: pageWithLinkMap(loader, [
          { bias: 0n, dynamic: 0x401200n, path: "" },
          { bias: 0n, dynamic: prelinked + 0x1200n, path: "/lib64/libc.so.6" },
        ]),
      },
      { address: prelinked, bytes: headersOf(prelinked), flags: 5 },
      { address: prelinked + 0x1000n, bytes: pageWithDynamicSection(0x200, 0n) },
    ];
    expect(modulesOf(undefined, segments, { 3: 0x400040n, 5: 3n, 9: 0x400100n })).toEqual([
      expect.stringMatching(/^executable .*400000-402000 \+0$/),
      "library /lib64/libc.so.6 30ed600000-30ed602000 +0",
    ]);
  });
});
