import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { unwatched } from "../../analyzer/base/work";
import { parseExpression } from "../../analyzer/core/expressions/syntax";
import { expressionTokensOf } from "../../analyzer/core/expressions/tokens";
import { readProcessSnapshot } from "../../analyzer/core/knownFormats";
import { LoadedProcess } from "../../analyzer/core/loadedProcess";
import type { ModuleMatch } from "../../analyzer/core/modules/moduleFiles";
import { demangle, demangledFunctionName } from "../../analyzer/core/symbols/demangle/demangle";
import { FrameTable } from "../../analyzer/formats/dwarf/cfi/frameTable";
import { DwarfDamage } from "../../analyzer/formats/dwarf/dataReader";
import { lineAt, readLineTable } from "../../analyzer/formats/dwarf/lines";
import { Sections } from "../../analyzer/formats/dwarf/sections";
import { readCoreDump } from "../../analyzer/formats/elf/coreDump";
import { readElfFile } from "../../analyzer/formats/elf/elfFile";
import { buildIdOf } from "../../analyzer/formats/elf/notes";
import { isPlainText } from "../../analyzer/formats/texts/plainText";
import { parseObjectPath } from "../../analyzer/fronts/dap/objectPath";
import type { ObjectIndex } from "../../analyzer/heap/heap";
import { openHeap } from "../../analyzer/heap/hprof/contents/openHeap";
import { decodeIndex, encodeIndex } from "../../analyzer/heap/hprof/index/indexFile";
import { copyOfKept } from "../../analyzer/heap/hprof/rewrite/copyDump";
import { parseQuery } from "../../analyzer/heap/java/query/parse";
import { SectionStore } from "../../analyzer/session/core/unpackSection";
import { notesOf } from "../../analyzer/session/dumps/noteStore";
import { identitiesIn } from "../../analyzer/session/encryption/keyFiles";
import { type Compression, compressionOf, unpackerFor } from "../../analyzer/session/files/compression";
import { unpackHead } from "../../analyzer/session/files/packedHead";
import { unpackedSizeOf } from "../../analyzer/session/files/unpackedSize";
import { identify } from "../../analyzer/session/identify";
import { parseClassName } from "../../analyzer/sources/className";
import { namesDeclaredIn } from "../../analyzer/sources/declarationIndex";
import { outlineOf } from "../../analyzer/sources/outlineScanner";
import { parseLink } from "../../extension/linkTarget";
import { freebsdCore } from "../build/freebsdCore";
import { openBytes } from "../build/openBytes";
import { smallCore } from "../build/smallCore";
import { smallDump } from "../build/smallDump";
import { archiveParsers } from "./archiveParsers";
import { binaryParsers } from "./binaryParsers";
import { readAll, wholeUnit } from "./dwarfUnit";
import { decryptedContents, encryptedSeeds } from "./encryptedSeed";
import type { FuzzedParser } from "./fuzzedParser";
import { heapParsers } from "./heapParsers";
import { messageParsers } from "./messageParsers";
import { packedSeeds, packedStreams } from "./packedSeeds";
import { privacyParsers } from "./privacyParsers";
import { processParsers } from "./processParsers";
import { lineProgram } from "./seeds/lineProgram";
import { savedTexts, textParsers } from "./textParsers";
import { valueParsers } from "./valueParsers";

const tests = join(process.cwd(), "test");
const encode = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const source = (bytes: Uint8Array) => new BytesSource("fuzzed", bytes);

function linesOf(file: string): Uint8Array[] {
  return readFileSync(join(tests, "cases", file), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^[# ]/.test(line))
    .map(encode);
}

const symbols = [
  "_ZNSt6vectorIiSaIiEE9push_backERKi",
  "_ZN4core3ptr13drop_in_place17h0123456789abcdefE",
  "_RNvMNtNtCs1234_7mycrate3foo3barNtB2_3Baz4quux",
  "_ZZN1a1bEvENKUlvE_clEv",
  "_ZN1aIXadL_ZN1b1cEvEEE1dEDTcl1eEE",
].map(encode);

const java = encode(
  'package a.b; @X("}") public class C<T extends D> implements E { int x = 1; record R(int a) {} void m() { new F() { int y; }; } /* { */ enum G { H { }, I } }',
);
const kotlin = encode(
  'package a\n@file:JvmName("B")\nclass C(val x: Int) { companion object { fun `d e`() = "$x {" } }\n',
);

/** A core whose first note says that it is longer than all of them. */
function withWrongNote(): Uint8Array {
  const core = smallCore();
  const view = new DataView(core.buffer);
  // Of the first program header, which is the notes'.
  const notes = Number(view.getBigUint64(64 + 8, true));
  view.setUint32(notes + 4, 0xffff_fff0, true);
  return core;
}

/** An entry of `.eh_frame` for each of two functions, after one they share. */
function frameSection(): Uint8Array {
  const u32 = (value: number) => [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >> 24) & 255];
  const entry = (id: number, body: readonly number[]) => [...u32(body.length + 4), ...u32(id), ...body];
  const bytes = entry(0, [1, 0x7a, 0x52, 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1, 0, 0]);
  for (const start of [0x1000, 0x1100]) {
    const at = bytes.length;
    const program = [0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0, 0, 0];
    bytes.push(...entry(at + 4, [...u32(start - (0x2000 + at + 8)), ...u32(0x80), 0, ...program]));
  }
  return Uint8Array.from([...bytes, 0, 0, 0, 0]);
}

async function savedIndex(): Promise<Uint8Array[]> {
  const { columns } = await openBytes(smallDump().build());
  const { pieces } = encodeIndex(columns, "fuzzed", unwatched);
  return [new Uint8Array(Buffer.concat(pieces))];
}

/** Checked formats give what was packed, or some of it again: pieces may follow each other. */
function unpackedBy(compression: Exclude<Compression, "none">) {
  return async (bytes: Uint8Array): Promise<string | undefined> => {
    const parts: Uint8Array[] = [];
    const unpacker = await unpackerFor(compression, "fuzzed", (part) => parts.push(part.slice()));
    await unpacker.push(bytes);
    await unpacker.end();
    return Buffer.concat(parts).toString("latin1");
  };
}

/** Faults of the formats themselves, which their callers put into sentences. */
const isPlainError = (error: unknown) => error instanceof Error && error.name === "Error";

const note = {
  id: "1",
  title: "com.shop.Cache @ 0x7f00",
  text: "grows",
  place: { view: "inspector", params: { objectId: "0x7f00" } },
  changedMs: 1_700_000_000_000,
};

const links = [
  "/open?dump=%2Fd.hprof&view=histogram&params=%7B%22filter%22%3A%22com%22%7D",
  "/open?dump=%2Fd&view=compare&params=%7B%22others%22%3A%5B%22%2Fe%22%5D%7D&row=%7B%22table%22%3A%22modules%22%2C%22key%22%3A%22a%22%2C%22sort%22%3A%7B%22column%22%3A%22b%22%2C%22descending%22%3Atrue%7D%7D",
];

const heapDumps = ([{}, { version: "1.0.1" }, { idSize: 4 }] as const).map((options) =>
  smallDump(options).build(),
);

export const parsers: Readonly<Record<string, FuzzedParser>> = {
  ...valueParsers,
  ...processParsers,
  ...privacyParsers,
  ...heapParsers,
  ...binaryParsers,
  ...archiveParsers,
  ...messageParsers,
  ...textParsers,
  hprof: {
    seeds: heapDumps,
    isChecked: true,
    // Nothing sums up a heap dump: a flipped bit may change a value, a name, an id, and so who holds what and, since they
    // follow from names and distances, sizes. What stands where, and how many objects and roots there are, may not
    // change without a problem.
    read: async (bytes) => {
      const { heap, columns } = await openBytes(bytes);
      // Between two records of version 1.0.1 nothing tells that more should come.
      const isOpenEnded = textOf(bytes.subarray(0, 18)) === "JAVA PROFILE 1.0.1";
      // An id that leads nowhere is usual, and says nothing of damage.
      const isSaid = columns.problems.some(({ code }) => code !== "dangling-reference");
      // What was cut out or put in may leave a whole file of other records; cuts are judged in `heapDumps.test`.
      const isSpliced = !heapDumps.some(({ length }) => length === bytes.length);
      if (isSaid || isOpenEnded || isSpliced) return undefined;
      const parts = columns.parts.map(({ start, end, objects }) => [end - start, objects]);
      return { parts, objects: heap.instanceCount, roots: heap.roots.length };
    },
  },
  heapCopies: {
    seeds: heapDumps,
    read: async (bytes) => {
      const { heap, columns, source: dump } = await openBytes(bytes);
      const kept = { dumpNumber: columns.parts.length, objectCount: heap.instanceCount, isKept: () => true };
      let copied = 0;
      for (const piece of copyOfKept(dump, kept, 0, unwatched)) copied += piece.byteLength;
      // Without memory for lists every question reads the file.
      const scanned = openHeap(columns, dump, undefined, { memoryBudget: 0, leastListBytes: 0 });
      const referrers = Array.from({ length: Math.min(8, heap.instanceCount) }, (_, object) =>
        scanned.referrersOf(object as ObjectIndex),
      );
      return [copied, referrers];
    },
  },
  index: {
    seeds: savedIndex,
    isChecked: true,
    read: (bytes) => {
      const decoded = decodeIndex(source(bytes), "fuzzed", "fuzzed.hprof", unwatched);
      if ("rejected" in decoded) return undefined;
      const { dominators, ...columns } = decoded.columns;
      return { ...columns, hasDominators: dominators !== undefined };
    },
  },
  core: {
    seeds: [smallCore(), withWrongNote(), freebsdCore()],
    read: (bytes) => {
      const problems = new ProblemList();
      const { threads, segments, fileMappings } = readCoreDump(source(bytes), problems);
      return [{ threads, fileMappings, segments: segments.length }, problems.toArray().length];
    },
    isSilent: (read) => Array.isArray(read) && read[1] === 0,
  },
  elf: {
    seeds: [smallCore()],
    read: (bytes) => {
      const problems = new ProblemList();
      const elf = readElfFile(source(bytes), problems);
      return [elf.segments.length, elf.sections.length, buildIdOf(elf, problems)];
    },
  },
  dwarf: {
    seeds: [wholeUnit()[".debug_info"]!],
    read: (bytes) => readAll({ ...wholeUnit(), ".debug_info": bytes }),
  },
  process: {
    seeds: [smallCore()],
    read: (bytes) => {
      const image = readProcessSnapshot(source(bytes), new ProblemList());
      const noFile: ModuleMatch = { status: "missing", verification: "none", candidates: [], tried: [] };
      const matches = image.modules.map(() => noFile);
      const process = new LoadedProcess(image, matches, () => ({}), new SectionStore());
      const { threads, modules } = process.image;
      const stacks = threads.map((thread) =>
        process
          .stackOf(thread)
          .slice(0, 100)
          .map(({ pc }) => pc),
      );
      return [stacks, modules.map(({ path, buildId }) => [path, buildId])];
    },
  },
  lines: {
    seeds: [lineProgram()],
    mayThrow: (error) => error instanceof DwarfDamage,
    read: (bytes) => {
      const sections = new Sections((name) => (name === ".debug_line" ? bytes : undefined));
      const place = { offset: 0, addressSize: 8, compDir: "/src", unitName: "till.c" };
      const table = readLineTable(sections, place);
      return [0x1000, 0x1004, 0x1014].map((address) => lineAt(table, address));
    },
  },
  frames: {
    seeds: [frameSection()],
    mayThrow: (error) => error instanceof DwarfDamage,
    read: (bytes) => {
      const table = new FrameTable({
        kind: "eh",
        bytes,
        address: 0x2000,
        addressBytes: 8,
        littleEndian: true,
      });
      return [0x1000, 0x1008, 0x1100, 0x1200].map((address) => table.rowAt(address)?.frameAddress);
    },
  },
  symbols: {
    seeds: symbols,
    read: (bytes) => [demangle(textOf(bytes)), demangledFunctionName(textOf(bytes))],
  },
  identify: {
    seeds: [...savedTexts, smallCore(), smallDump().build()],
    read: async (bytes) => [await identify(source(bytes)), isPlainText(bytes)],
  },
  gzip: {
    seeds: [gzipSync(smallDump().build())],
    isChecked: true,
    mayThrow: isPlainError,
    read: unpackedBy("gzip"),
  },
  zstd: {
    seeds: packedSeeds("zstd"),
    isChecked: true,
    mayThrow: isPlainError,
    read: unpackedBy("zstd"),
  },
  lz4: { seeds: packedSeeds("lz4"), isChecked: true, mayThrow: isPlainError, read: unpackedBy("lz4") },
  xz: { seeds: packedStreams("xz"), isChecked: true, mayThrow: isPlainError, read: unpackedBy("xz") },
  bzip2: {
    seeds: packedStreams("bzip2"),
    isChecked: true,
    mayThrow: isPlainError,
    read: unpackedBy("bzip2"),
  },
  apport: {
    seeds: packedSeeds("apport"),
    isChecked: true,
    mayThrow: isPlainError,
    read: unpackedBy("apport"),
  },
  lzma: { seeds: packedSeeds("lzma"), mayThrow: isPlainError, read: unpackedBy("lzma") },
  encrypted: {
    seeds: encryptedSeeds(new Uint8Array(gzipSync(smallDump().build()))),
    isChecked: true,
    read: (bytes) => Buffer.from(decryptedContents(bytes)).toString("base64"),
  },
  keyFiles: {
    seeds: [
      encode(`# ours\nAGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n`),
      encode("-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n"),
    ],
    read: (bytes) => identitiesIn(source(bytes)),
  },
  packedHeads: {
    seeds: [
      gzipSync(smallDump().build()),
      ...(["zstd", "lz4", "xz", "bzip2", "lzma", "apport"] as const).flatMap((format) => packedSeeds(format)),
    ],
    read: async (bytes) => {
      const compression = compressionOf(bytes);
      if (compression === "none") return undefined;
      const size = unpackedSizeOf(source(bytes), compression);
      return [size, (await unpackHead(source(bytes), compression, 4096)).byteLength];
    },
  },
  links: {
    seeds: links.map(encode),
    read: (bytes) => {
      const [path = "", ...query] = textOf(bytes).split("?");
      return parseLink({ path, query: query.join("?") });
    },
  },
  notes: {
    seeds: [encode(JSON.stringify({ version: 1, notes: [note, { ...note, id: "2" }] }))],
    read: (bytes) => notesOf(textOf(bytes)),
  },
  oql: { seeds: linesOf("queries.txt"), read: (bytes) => parseQuery(textOf(bytes)) },
  expressions: {
    seeds: [
      ...linesOf("coreExpressions.txt"),
      ...linesOf("containerExpressions.txt"),
      ...linesOf("nameExpressions.txt"),
    ],
    read: (bytes) => {
      expressionTokensOf(textOf(bytes));
      const isType = (name: string) => name === "int" || name === "Colour";
      return parseExpression(textOf(bytes), { isType, hasType: isType });
    },
  },
  paths: { seeds: linesOf("heapExpressions.txt"), read: (bytes) => parseObjectPath(textOf(bytes)) },
  sources: {
    seeds: [java, kotlin],
    read: (bytes) => {
      const text = textOf(bytes);
      const outlines = (["java", "kotlin", "scala", "groovy"] as const).map((language) =>
        outlineOf(text, language),
      );
      return [namesDeclaredIn(text).length, outlines.map(({ types }) => types.length)];
    },
  },
  classNames: {
    seeds: ["com.example.Outer$Inner$$Lambda$14/0x0000000800c03000[]", "$Proxy12", "a.b$$anonfun$run$1"].map(
      encode,
    ),
    read: (bytes) => parseClassName(textOf(bytes)),
  },
};
