import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import { javaCodeOf } from "../../../analyzer/core/hotspot/frames/javaCode";
import { JavaObjects } from "../../../analyzer/core/hotspot/javaObjects";
import { type FramePlace, newFrameReader } from "../../../analyzer/core/hotspot/roots/frameRoots";
import { newHandleAreas } from "../../../analyzer/core/hotspot/roots/handleAreas";
import { VmFlags } from "../../../analyzer/core/hotspot/vmFlags";
import { VmStructs } from "../../../analyzer/core/hotspot/vmStructs";
import { MemoryWords } from "../../../analyzer/core/memoryWords";
import type { Frame, FrameOrigin, StopReason } from "../../../analyzer/core/unwind/stack";
import { StackWalk } from "../../../analyzer/core/unwind/stackWalk";
import { HotspotTables } from "../../build/hotspotTables";
import { javaStackMemory, places } from "../../build/javaStackMemory";
import { moduleAt, ProcessMemory } from "../../build/processMemory";

const machine = javaStackMemory();
const end = 0x9400_4000;

/** The parts of the made-up stack that only words tell of: its native wrapper has no map, all others are described. */
function untoldParts(place: Omit<FramePlace, "end">, stopped: StopReason, origin?: FrameOrigin) {
  const { memory, libjvm, registers } = machine;
  const image = memory.process(memory.bytes(), [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), libjvm], 0);
  const code = javaCodeOf(image)!;
  const objects = JavaObjects.of(code.structs, new VmFlags(code.structs))!;
  const all = image.architecture.registerNames.map((): bigint | undefined => undefined);
  all[7] = BigInt(registers.sp);
  all[16] = BigInt(registers.pc);
  all[6] = BigInt(registers.fp);
  const inputs = {
    architecture: image.architecture,
    memory: image.memory,
    moduleAt: () => undefined,
    generatedCode: () => code,
  };
  const walk = new StackWalk(all, inputs, { mostFrames: 100, throwIfCancelled: () => undefined });
  // The thread is in C++ that the wrapper called: its frame is a caller's.
  const inC: Frame<unknown> = {
    ...walk.frameAt(0)!,
    pc: 0x7000_0010n,
    registers: all.map((value, register) => (register === 7 ? BigInt(registers.sp - 64) : value)),
    origin: "thread",
  };
  const frameAt = (index: number): Frame<unknown> | undefined => {
    if (index === 0) return inC;
    const frame = walk.frameAt(index - 1);
    return frame && origin !== undefined ? { ...frame, origin } : frame;
  };
  const read = newFrameReader(code, objects, unwatched);
  const { untold, held } = read({ frameAt, stopped }, { end, ...place });
  expect(held.length).toBeGreaterThan(0);
  return untold.map(({ start, end: upTo }) => [start, upTo]);
}

describe("words of a stack that pass for objects", () => {
  const native = machine.registers.sp;
  const outermost = 0x9400_3010;

  it("are looked for where no map, handle or method tells what is held", () => {
    const resting = { hasHandles: true, isAtRest: true };
    expect(untoldParts(resting, "outermost")).toEqual([[native, places.compiledSp]]);
    expect(untoldParts({ hasHandles: true, isAtRest: false }, "outermost")).toEqual([
      [native - 64, places.compiledSp],
    ]);
    expect(untoldParts({ hasHandles: false, isAtRest: false }, "outermost")).toEqual([
      [native - 64, places.compiledSp],
      [outermost, end],
    ]);
  });

  it("are looked for behind the frame that a stack was followed to, and everywhere when a frame was guessed", () => {
    const resting = { hasHandles: true, isAtRest: true };
    expect(untoldParts(resting, "noUnwindInformation")).toEqual([
      [native, places.compiledSp],
      [outermost, end],
    ]);
    expect(untoldParts(resting, "outermost", "scanned")).toEqual([[native - 64, end]]);
  });
});

describe("handles of the JVM's own code", () => {
  const base = 0x7000_0000;
  const threadBytes = 256;

  /** Threads with a mark at an offset each, 0 for none. */
  function handles(...marksAt: readonly number[]): (number[] | undefined)[] {
    const memory = new ProcessMemory().segment(base, 0x8000);
    const tables = new HotspotTables(memory, base, 0x8000, { Thread: { _tlab: 0 } });
    const threads = marksAt.map((markAt, index) => {
      const address = tables.room(threadBytes);
      if (markAt === 0) return { address };
      const [first, last] = [tables.room(64), tables.room(64)];
      memory.words(first, last, 32, index, 0x8000_0000, 0x8000_0010).words(last, 0, 32, 0, 0x8000_0020, 7);
      // The word before the list is a size in one release and flags in another.
      const area = tables.words(2, 0xd8, first, last, last + 32, last + 56);
      memory.words(address + markAt, tables.words(address, area));
      // Something else that begins with the thread.
      memory.words(address + 200, tables.words(address, 5));
      return { address };
    });
    const libjvm = tables.libjvm({ JavaThread: threadBytes }, {});
    const image = memory.process(memory.bytes(), [libjvm], 0);
    const handlesOf = newHandleAreas(VmStructs.read(libjvm, new MemoryWords(image.memory))!, threads);
    return threads.map((thread) => handlesOf(thread)?.filter((word) => word >= 0x8000_0000));
  }

  it("are those in the area that each thread's mark leads to, of all chunks up to where the last one is filled", () => {
    const all = [0x8000_0000, 0x8000_0010, 0x8000_0020];
    expect(handles(64, 64, 64)).toEqual([all, all, all]);
    expect(handles(...new Array(20).fill(48), 0)).toEqual([...new Array(20).fill(all), undefined]);
  });

  it("are not known where threads do not agree on the place", () => {
    expect(handles(64, 48, 56)).toEqual([undefined, undefined, undefined]);
    expect(handles()).toEqual([]);
  });
});
