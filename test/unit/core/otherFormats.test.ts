import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { architectures } from "../../../analyzer/core/architecture";
import { LoadedProcess } from "../../../analyzer/core/loadedProcess";
import { MemoryImage } from "../../../analyzer/core/memoryImage";
import { type MemorySegment, protection } from "../../../analyzer/core/memorySegment";
import type { ModuleMatch } from "../../../analyzer/core/modules/moduleFiles";
import { loadedRanges } from "../../../analyzer/core/modules/processModule";
import type { ObjectFile } from "../../../analyzer/core/objectFile";
import type { ProcessSnapshot } from "../../../analyzer/core/processSnapshot";
import { symbolBinding, symbolKind } from "../../../analyzer/core/symbols/symbolColumns";
import { CoreView } from "../../../analyzer/core/values/coreView";
import { SectionStore } from "../../../analyzer/session/core/unpackSection";

/** A process of a made-up format: one program at 0x40_0000 with two functions and a page of code nobody dumped. */
const bias = 0x40_0000n;
const stackStart = 0x7000_0000n;
const names = ["main", "checkout"];

const program: ObjectFile = {
  source: new BytesSource(
    "shop.toy",
    Uint8Array.from({ length: 8192 }, (_, at) => at % 251),
  ),
  architecture: "x86_64",
  littleEndian: true,
  longFloats: "x87",
  entry: 0x10n,
  buildId: "0102",
  segments: [
    {
      address: 0n,
      memoryBytes: 4096,
      fileOffset: 4096,
      fileBytes: 4096,
      protection: protection.read + protection.execute,
    },
  ],
  hasSection: () => false,
  sectionContents: () => undefined,
  rawSection: () => undefined,
  libraryFolders: () => [],
  debugLink: () => undefined,
  supplementaryLink: () => undefined,
  symbolTables: () => [
    {
      count: 2,
      values: Float64Array.of(0x10, 0x100),
      sizes: Float64Array.of(0x80, 0x80),
      kinds: Uint8Array.of(symbolKind.function, symbolKind.function),
      sectionEnds: Float64Array.of(2 ** 40, 2 ** 40, 2 ** 40),
      bindings: Uint8Array.of(symbolBinding.global, symbolBinding.local),
      nameOf: (index) => names[index]!,
      underscoresOf: () => 0,
      indexOf: (name) => (names.includes(name) ? names.indexOf(name) : undefined),
    },
  ],
  symbolsInMemory: () => [],
  loadedDataMatches: () => "none",
  exportedAddresses: () => undefined,
  exceptionFrames: () => undefined,
  exceptionFramesInMemory: () => undefined,
  machineFrames: () => undefined,
  debugFrames: () => undefined,
  threadLocalBlock: (loadedAt, threadPointer) => threadPointer - loadedAt.bias,
};

function process(): LoadedProcess {
  const stack = new Uint8Array(4096);
  const words = new DataView(stack.buffer);
  // checkout's frame: the caller's frame pointer, then an address in main.
  words.setBigUint64(0x100, 0n, true);
  words.setBigUint64(0x108, bias + 0x40n, true);
  const segment: MemorySegment = {
    start: stackStart,
    end: stackStart + 4096n,
    fileOffset: 0,
    fileBytes: 4096,
    dumpedBytes: 4096,
    protection: protection.read + protection.write,
  };
  const registers = architectures.x86_64.registerNames.map(() => 0n);
  registers[architectures.x86_64.programCounter] = bias + 0x120n;
  registers[architectures.x86_64.framePointer] = stackStart + 0x100n;
  registers[architectures.x86_64.stackPointer] = stackStart + 0x80n;
  const ranges = loadedRanges(program, bias);
  const snapshot: ProcessSnapshot = {
    format: "toy dump",
    architecture: architectures.x86_64,
    producer: "kernel",
    threads: [{ index: 0, lwp: 7, crashed: false, signal: 0, registers, registerWords: registers }],
    auxiliaryVector: new Map(),
    mappings: [],
    modules: [
      {
        index: 0,
        path: "/opt/shop.toy",
        kind: "executable",
        start: ranges[0]!.start,
        end: ranges[0]!.end,
        ranges,
        bias,
        headers: program,
      },
    ],
    memory: new MemoryImage(new BytesSource("dump", stack), [segment], [], architectures.x86_64),
    executablePath: "/opt/shop.toy",
    problems: new ProblemList(),
  };
  const found: ModuleMatch = { status: "found", verification: "buildId", candidates: [], tried: [] };
  return new LoadedProcess(snapshot, [found], () => ({ main: program }), new SectionStore());
}

describe("a process of another format than ELF", () => {
  it("has stacks, modules and names", () => {
    const loaded = process();
    const view = new CoreView(loaded, () => undefined);
    const frames = loaded.stackOf(loaded.image.threads[0]!).slice(0, 10);
    expect(frames.map(({ pc, module }) => [view.describeAddress(pc), module?.path])).toEqual([
      ["checkout+32", "/opt/shop.toy"],
      ["main+48", "/opt/shop.toy"],
    ]);
  });

  it("has its files for the pages that were not dumped", () => {
    const { memory } = process().image;
    expect(memory.residenceOf(bias + 5n)).toBe("file");
    expect(memory.u8(bias + 5n)).toBe((4096 + 5) % 251);
    expect(memory.residenceOf(bias + 4096n)).toBe("absent");
  });

  it("says itself where its thread-local variables are", () => {
    const loaded = process();
    const view = new CoreView(loaded, () => undefined);
    const locate = view.threadLocalsOf(loaded.modules[0], 0x90_0000n);
    expect(locate(8n)).toBe(0x90_0000n - bias + 8n);
  });
});
