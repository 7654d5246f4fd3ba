import { layoutOf } from "../../../analyzer/core/go/layout";
import { protection } from "../../../analyzer/core/memorySegment";
import type { ObjectFile } from "../../../analyzer/core/objectFile";
import { moduleAt, ProcessMemory } from "../../build/processMemory";
import { writeTypedObjects } from "./goTypes";

/**
 * A stripped program of Go 1.26 in memory: a line table of four functions, three goroutines (one waits on a channel, one
 * on a mutex, one runs), a heap of five spans, objects of known types among them.
 */

const text = 0x40_0000;
const table = 0x40_2000;
const functionData = 0x40_2e00;
const data = 0x41_0000;
const heap = 0x42_0000;
const objects = 0xc0_0000_0000;
const stack = 0xc0_0001_0000;
const typed = 0xc0_0001_8000;
const offsets = layoutOf(26);
const at = (structure: number, field: Parameters<typeof offsets.offsetOf>[0]) =>
  structure + Number(offsets.offsetOf(field)!);

export const goStack = stack + 0x5000;
export const goMemory = new ProcessMemory()
  .segment(text, 0x1000)
  .segment(table, 0x1000)
  .segment(data, 0x2000)
  .segment(heap, 0x1_2000)
  .segment(objects, 0x4000)
  .segment(stack, 0x6000)
  .segment(typed, 0x4000);

export const goTypedPlaces = {
  types: table + 0x400,
  text,
  large: typed,
  small: typed + 0x2000,
  variable: heap + 0x1_1000,
};

const segments = [{ address: BigInt(data - text), memoryBytes: 0x2_2000, fileOffset: 0, fileBytes: 0x2000 }];
/** What is asked of a program nobody has: where its data is. */
const headers = {
  architecture: "x86_64",
  segments: segments.map((segment) => ({ ...segment, protection: protection.read + protection.write })),
  symbolsInMemory: () => [],
  exceptionFramesInMemory: () => undefined,
  machineFrames: () => undefined,
} as unknown as ObjectFile;
export const goModules = [moduleAt(0, "/opt/made-up", [text, heap + 0x1_2000], headers)];

const encode = (letters: string) => [...new TextEncoder().encode(letters)];
const u32 = (value: number) =>
  [value, value / 0x100, value / 0x1_0000, value / 0x100_0000].map((x) => x & 255);

/** Names, then what `pctab` says: 32 bytes of frame, none, line 10, the first file, an inlined call from byte 16 on. */
const names = ["runtime.gopark", "main.wait", "sync.(*Mutex).lockSlow", "runtime.goexit", "main.ask"];
const nameBytes = names.flatMap((name) => [...encode(name), 0]);
const nameAt = (name: string) =>
  names.slice(0, names.indexOf(name)).join("\0").length + (name === names[0] ? 0 : 1);
const always = (value: number) => [2 * (value + 1), 0x80, 2, 0];
const values = [0, ...always(32), ...always(0), ...always(10), ...always(0), 0, 16, 2, 0xf0, 1, 0];
const [frame, noFrame, line, file, inlined] = [1, 5, 9, 13, 17];

function writeLineTable(): void {
  const [namesAt, unitsAt, filesAt, valuesAt, functionsAt] = [0x48, 0x100, 0x110, 0x140, 0x180];
  const functions = names.slice(0, 4);
  goMemory
    .write(table, [0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8])
    .words(table + 8, functions.length, 1, 0, namesAt, unitsAt, filesAt, valuesAt, functionsAt)
    .write(table + namesAt, nameBytes)
    .int(table + unitsAt, 0)
    .write(table + filesAt, encode("/src/main.go"))
    .write(table + valuesAt, values);
  let record = 0x40;
  functions.forEach((name, index) => {
    const start = table + functionsAt;
    goMemory.int(start + 8 * index, 0x100 * index).int(start + 8 * index + 4, record);
    const isLast = name === "runtime.goexit";
    const head = [0x100 * index, nameAt(name), 0, 0, isLast ? noFrame : frame, file, line, 3, 0, 1];
    const lists = [0, 0, name === "main.wait" ? inlined : 0, -1, -1, -1, 0];
    goMemory.write(start + record, [
      ...head.flatMap(u32),
      ...[0, isLast ? 1 : 0, 0, 4],
      ...lists.flatMap(u32),
    ]);
    record += 72;
  });
  goMemory.int(table + functionsAt + 8 * functions.length, 0x100 * functions.length);
  goMemory.write(functionData, [...u32(0), ...u32(nameAt("main.ask")), ...u32(4), ...u32(1)]);
}

function writeDescription(): void {
  const description = data + 0x100;
  const version = "go1.26.8";
  goMemory
    .write(data, [...encode("\xff Go buildinf:").slice(1), 8, 2])
    .write(data, [0xff])
    .write(data + 32, [version.length, ...encode(version)])
    .words(description, table)
    .words(description + 104, table + 0x180, 0x300, 0x300)
    .words(description + 176, text, text + 0x400, data, data + 0x1000, data + 0x1000, data + 0x2000)
    .words(description + 224, heap, heap + 0x1_2000, heap + 0x1_2000, heap + 0x1_2000)
    .words(description + 296, goTypedPlaces.types, table + 0x1000, table, functionData);
  const reasons = ["", "GC assist marking", "chan receive", "sync.Mutex.Lock"];
  let letters = data + 0x800;
  reasons.forEach((reason, index) => {
    goMemory.write(letters, encode(reason));
    goMemory.words(data + 0x400 + 16 * index, reason === "" ? 0 : letters, reason.length);
    letters += 32;
  });
  goMemory
    .words(data + 0x600, objects + 0x3000, 3, 3)
    .words(objects + 0x3000, objects, objects + 0x200, objects + 0x400);
}

/** A goroutine in `runtime.gopark`, called by one of the functions, with its record as a waiter on its stack. */
function writeGoroutine(
  index: number,
  status: number,
  reason: number,
  caller: number,
  record: number,
): number {
  const g = objects + 0x200 * index;
  const low = stack + 0x2000 * index;
  const sp = low + 0x1f00;
  goMemory
    .words(at(g, "g.stack.lo"), low, low + 0x2000)
    .words(at(g, "g.sched.sp"), sp, text + 0x80)
    .int(at(g, "g.atomicstatus"), status)
    .words(at(g, "g.goid"), index + 1)
    .write(at(g, "g.waitreason"), [reason])
    .words(at(g, "g.waitsince"), 5_000_000_000)
    .words(at(g, "g.gopc"), text + 0x180)
    .words(at(g, "g.startpc"), text + 0x100)
    .words(sp + 8, record)
    .words(sp + 32, text + caller)
    .words(sp + 72, text + 0x380);
  return g;
}

function writeGoroutines(): void {
  const [first, second, machine] = [objects + 0x1000, objects + 0x1100, objects + 0x1200];
  const [channel, mutex] = [objects + 0x1400, objects + 0x1500];
  const waiting = writeGoroutine(0, 4, 2, 0x180, first);
  const locking = writeGoroutine(1, 4, 3, 0x280, second);
  const running = writeGoroutine(2, 2, 0, 0x180, 0);
  goMemory
    .words(at(waiting, "g.waiting"), first)
    .words(first, waiting)
    .words(at(first, "sudog.c"), channel)
    .words(channel, 1, 2, 0)
    .words(at(channel, "hchan.recvq"), first, first)
    .words(second, locking)
    .words(at(second, "sudog.elem"), mutex + 4)
    .int(mutex, 9)
    .words(at(running, "g.m"), machine)
    .words(at(machine, "m.procid"), 7);
}

/** Small objects with a bit each, one large object, stacks. */
function writeHeap(): void {
  const spans = [0x2000, 0x2100, 0x2200, 0x2300, 0x2400].map((offset) => objects + offset);
  const bits = objects + 0x2800;
  const kinds = [
    { start: objects, pages: 1, elementBytes: 512, spanClass: 20, state: 1 },
    { start: objects + 0x2000, pages: 1, elementBytes: 8192, spanClass: 1, state: 1 },
    { start: stack, pages: 3, elementBytes: 0, spanClass: 0, state: 2 },
    { start: typed, pages: 1, elementBytes: 640, spanClass: 52, state: 1 },
    { start: typed + 0x2000, pages: 1, elementBytes: 48, spanClass: 10, state: 1 },
  ];
  goMemory.words(at(heap, "mheap.allspans"), objects + 0x2900, 5, 5).words(objects + 0x2900, ...spans);
  goMemory.int(at(heap, "mheap.sweepgen"), 6).int(bits, 0b10_1000);
  goMemory
    .words(at(heap, "mheap.inUse"), objects + 0x2a00, 1, 1)
    .words(objects + 0x2a00, objects, typed + 0x4000);
  kinds.forEach(({ start, pages, elementBytes, spanClass, state }, index) => {
    const span = spans[index]!;
    goMemory
      .words(at(span, "mspan.startAddr"), start, pages)
      .write(at(span, "mspan.freeindex"), [2, 0])
      .write(at(span, "mspan.nelems"), [16, 0])
      .words(at(span, "mspan.allocBits"), bits)
      .words(at(span, "mspan.elemsize"), elementBytes)
      .write(at(span, "mspan.spanclass"), [spanClass, state]);
  });
}

writeLineTable();
writeDescription();
writeGoroutines();
writeHeap();
writeTypedObjects(goMemory, goTypedPlaces);
