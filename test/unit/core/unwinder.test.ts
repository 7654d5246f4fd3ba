import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../analyzer/base/errors";
import { ProblemList } from "../../../analyzer/base/problems";
import { readLinkMap } from "../../../analyzer/core/elf/linkMap";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { LoadedProcess } from "../../../analyzer/core/loadedProcess";
import { StackWalk } from "../../../analyzer/core/unwind/stackWalk";
import { SectionStore } from "../../../analyzer/session/core/unpackSection";
import { buildCore, x86ThreadNote } from "../../build/elfBuilder";

const stackStart = 0x7ffe0000n;
const code = { address: 0x400000n, bytes: new Uint8Array(4096), flags: 5 };

/** A core with one page of code and one of stack filled with the given words. */
function stackOf(
  registers: { rip: bigint; rsp: bigint; rbp: bigint },
  words: Readonly<Record<number, bigint>>,
) {
  const stack = new Uint8Array(4096);
  const view = new DataView(stack.buffer);
  for (const [offset, value] of Object.entries(words)) view.setBigUint64(Number(offset), value, true);
  const file = buildCore({
    notes: [x86ThreadNote({ lwp: 1, signal: 11, ...registers })],
    segments: [code, { address: stackStart, bytes: stack }],
  });
  const image = readProcessSnapshot(new BytesSource("core", file), new ProblemList());
  const core = new LoadedProcess(image, [], () => ({}), new SectionStore());
  const walk = core.stackOf(image.threads[0]!);
  const { stopped } = walk;
  const frames = walk.slice(0, walk.count());
  return { pcs: frames.map(({ pc }) => pc), origins: frames.map(({ origin }) => origin), stopped };
}

const at = (offset: number) => stackStart + BigInt(offset);

describe("stacks without unwind information", () => {
  it("follow frame pointers and say that they guess", () => {
    const words = { 256: at(0x200), 264: 0x400100n, 512: 0n, 520: 0x400200n };
    expect(stackOf({ rip: 0x400050n, rsp: at(0x80), rbp: at(0x100) }, words)).toEqual({
      pcs: [0x400050n, 0x400100n, 0x400200n],
      origins: ["thread", "guessed", "guessed"],
      stopped: "noUnwindInformation",
    });
  });

  it("end where the chain of frame pointers ends in zeros", () => {
    const words = { 256: at(0x200), 264: 0x400100n, 512: 0n, 520: 0n };
    expect(stackOf({ rip: 0x400050n, rsp: at(0x80), rbp: at(0x100) }, words)).toMatchObject({
      pcs: [0x400050n, 0x400100n],
      stopped: "zeroReturnAddress",
    });
  });

  it("do not take a zero for a return address where the register points to something else", () => {
    code.bytes.set([0xe8, 0, 0, 0, 0], 0x300 - 5);
    const registers = { rip: 0x400050n, rsp: at(0x80), rbp: at(0x88) };
    for (const saved of [0n, at(0x200)]) {
      const words = { 128: 0x400300n, 136: saved, 144: 0n };
      expect(stackOf(registers, words).pcs).toEqual([0x400050n, 0x400300n]);
    }
  });

  it("stop at a frame pointer that leads back", () => {
    const words = { 256: at(0x100), 264: 0x400100n };
    const stack = stackOf({ rip: 0x400050n, rsp: at(0x80), rbp: at(0x100) }, words);
    expect(stack.pcs.length).toBeLessThan(4);
    expect(["didNotAdvance", "noUnwindInformation"]).toContain(stack.stopped);
  });

  it("do not take data for a return address", () => {
    const words = { 256: at(0x200), 264: at(0x300) };
    expect(stackOf({ rip: 0x400050n, rsp: at(0x80), rbp: at(0x100) }, words)).toMatchObject({
      pcs: [0x400050n],
      stopped: "noUnwindInformation",
    });
  });

  it("go back from a call to nowhere by the address on top of the stack", () => {
    const words = { 128: 0x400123n, 256: at(0x200), 264: 0x400200n };
    expect(stackOf({ rip: 0x10n, rsp: at(0x80), rbp: at(0x100) }, words)).toMatchObject({
      pcs: [0x10n, 0x400123n, 0x400200n],
      origins: ["thread", "guessed", "guessed"],
    });
  });

  it("take the top of the stack for the caller of a function that pushed nothing, if a call stands before it", () => {
    code.bytes.set([0xe8, 0, 0, 0, 0], 0x300 - 5);
    const registers = { rip: 0x400050n, rsp: at(0x80), rbp: 0n };
    expect(stackOf(registers, { 128: 0x400300n })).toMatchObject({
      pcs: [0x400050n, 0x400300n],
      origins: ["thread", "guessed"],
    });
    expect(stackOf(registers, { 128: 0x400310n }).pcs).toEqual([0x400050n]);
  });

  it("look for a return address on the stack where nothing leads on, and say that they did", () => {
    code.bytes.set([0xe8, 0xfb, 0xff, 0xff, 0xff], 0x400 - 5);
    const registers = { rip: 0x400050n, rsp: at(0x80), rbp: 0n };
    // No call stands before 0x400500, and the one before 0x400400 is of code behind the frame's.
    expect(stackOf(registers, { 136: 0x400500n, 144: 0x400400n })).toMatchObject({
      pcs: [0x400050n],
      stopped: "noUnwindInformation",
    });
    // call 0x400040
    code.bytes.set([0xe8, 0x3b, 0xfb, 0xff, 0xff], 0x500);
    expect(stackOf(registers, { 136: 0x400400n, 400: 0x400505n })).toMatchObject({
      pcs: [0x400050n, 0x400505n],
      origins: ["thread", "scanned"],
    });
  });

  it("do not believe calls through registers where no rules lead on from them", () => {
    code.bytes.set([0xff, 0xd0], 0x600 - 2);
    expect(stackOf({ rip: 0x400050n, rsp: at(0x80), rbp: 0n }, { 400: 0x400600n }).pcs).toEqual([0x400050n]);
  });

  it("say when the stack is not in the core", () => {
    expect(stackOf({ rip: 0x10n, rsp: 0x123456780n, rbp: 0n }, {})).toMatchObject({
      stopped: "memoryAbsent",
    });
  });
});

describe("a deep stack", () => {
  /** A chain of frame pointers as long as its memory. */
  function chainOf(frames: number) {
    const bytes = new Uint8Array(frames * 16);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < frames; index++) {
      view.setBigUint64(16 * index, stackStart + BigInt(16 * (index + 1)), true);
      view.setBigUint64(16 * index + 8, 0x400100n + BigInt(index % 1000), true);
    }
    const file = buildCore({
      notes: [x86ThreadNote({ lwp: 1, signal: 11, rip: 0x400050n, rsp: stackStart, rbp: stackStart })],
      segments: [code, { address: stackStart, bytes }],
    });
    const image = readProcessSnapshot(new BytesSource("core", file), new ProblemList());
    return { core: new LoadedProcess(image, [], () => ({}), new SectionStore()), thread: image.threads[0]! };
  }

  it("has every frame, in whatever order they are asked for", () => {
    const { core, thread } = chainOf(100_000);
    const stack = core.stackOf(thread);
    expect(stack.frameAt(3)!.pc).toBe(0x400102n);
    expect(stack.count(10)).toBe(10);
    expect(stack.count()).toBe(100_001);
    expect(stack.frameAt(99_000)!.pc).toBe(0x400100n + BigInt(98_999 % 1000));
    expect(stack.frameAt(20_000)!.registers[7]).toBe(stackStart + BigInt(16 * 20_000));
    expect(stack.slice(5000, 5003).map(({ index, pc }) => [index, pc])).toEqual([
      [5000, 0x4004e7n],
      [5001, 0x400100n],
      [5002, 0x400101n],
    ]);
    expect(stack.slice(99_999, 200_000)).toHaveLength(2);
    expect(stack.frameAt(100_001)).toBeUndefined();
    expect(stack.stopped).toBe("noUnwindInformation");
  });

  it("is given up when nobody waits for it, and followed on when somebody does", () => {
    const { core, thread } = chainOf(50_000);
    let asked = 0;
    const impatient = {
      throwIfCancelled: () => {
        if (++asked > 10) throw new ExhumeError({ code: "cancelled" });
      },
    };
    const stack = core.stackOf(thread);
    expect(() => core.during(impatient, () => stack.count())).toThrow(/cancelled/i);
    expect(stack.count()).toBe(50_001);
  });

  it("ends at a limit when its memory never does", () => {
    const { core, thread } = chainOf(20_000);
    const { architecture, memory } = core.image;
    const inputs = { architecture, memory, moduleAt: (address: bigint) => core.moduleAt(address) };
    const limits = { mostFrames: 4096, throwIfCancelled: () => undefined };
    const stack = new StackWalk(thread.registers, inputs, limits);
    expect(stack.count()).toBe(4096);
    expect(stack.frameAt(4096)).toBeUndefined();
    expect(stack.stopped).toBe("frameLimit");
  });
});

describe("the loader's list", () => {
  it("is not followed in circles", () => {
    const page = new Uint8Array(4096);
    const view = new DataView(page.buffer);
    const put = (offset: number, ...values: bigint[]) =>
      values.forEach((value, i) => {
        view.setBigUint64(offset + 8 * i, value, true);
      });
    // One program header (PT_DYNAMIC at 0x400100), its DT_DEBUG, r_debug, and two link_maps that name each other.
    view.setUint32(0, 2, true);
    put(16, 0x400100n);
    put(0x100, 21n, 0x400200n, 0n, 0n);
    put(0x200, 1n, 0x400300n);
    put(0x300, 0n, 0x400500n, 0x400100n, 0x400400n);
    put(0x400, 0x7000n, 0x400500n, 0x7e00n, 0x400300n);
    page.set(new TextEncoder().encode("/lib/x.so"), 0x500);
    const file = buildCore({
      notes: [x86ThreadNote({ lwp: 1 })],
      segments: [{ address: 0x400000n, bytes: page }],
    });
    const { memory } = readProcessSnapshot(new BytesSource("core", file), new ProblemList());
    const list = readLinkMap(memory, { address: 0x400000n, count: 1, entry: 0n }, undefined);
    expect(list.map(({ bias, path }) => [bias, path])).toEqual([
      [0n, "/lib/x.so"],
      [0x7000n, "/lib/x.so"],
    ]);
  });
});
