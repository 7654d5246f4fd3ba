import { describe, expect, it } from "vitest";
import { type ByteSource, BytesSource, readUpTo } from "../../../analyzer/base/byteSource";
import { unwatched } from "../../../analyzer/base/work";
import { readHeapContents } from "../../../analyzer/core/hotspot/heapContents";
import {
  type MadeHeapDump,
  makeVirtualHeapDump,
  type WalkedHeap,
} from "../../../analyzer/core/hotspot/heapDump/makeVirtualHeapDump";
import { openVirtualHeapDump } from "../../../analyzer/core/hotspot/heapDump/virtualHeapDumpSource";
import {
  type JavaVirtualMachine,
  readJavaVirtualMachine,
} from "../../../analyzer/core/hotspot/javaVirtualMachine";
import { KlassTable } from "../../../analyzer/core/hotspot/klassTable";
import type { HeapRoot, RootThread } from "../../../analyzer/core/hotspot/roots/heapRoot";
import { rootColumnsOf, rootsIn, threadsIn } from "../../../analyzer/core/hotspot/roots/rootColumns";
import { RootList } from "../../../analyzer/core/hotspot/roots/rootList";
import type { ProcessSnapshot } from "../../../analyzer/core/processSnapshot";
import { openBytes } from "../../build/openBytes";
import { moduleAt } from "../../build/processMemory";
import { collectorFlags, type JavaMemory, javaMemory } from "../../fuzz/seeds/javaMemory";

interface MadeCore {
  readonly core: ByteSource;
  readonly process: ProcessSnapshot;
  readonly vm: JavaVirtualMachine;
}

function coreOf({ memory, libjvm }: JavaMemory): MadeCore {
  const bytes = memory.bytes();
  const process = memory.process(bytes, [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), libjvm], 0);
  const vm = readJavaVirtualMachine(process);
  if (vm === undefined || "lost" in vm) throw new Error("no JVM was read");
  return { core: new BytesSource("core", bytes), process, vm };
}

function heapDumpOf(collector: (typeof collectorFlags)[number], known?: WalkedHeap): MadeHeapDump {
  const { core, process, vm } = coreOf(javaMemory(collector));
  const stackOf = () => {
    if (known !== undefined) throw new Error("stacks were followed once more");
    return { frameAt: () => undefined, stopped: "outermost" as const };
  };
  return makeVirtualHeapDump(process, core, vm, unwatched, { known, stackOf })!;
}

describe("the heap of a core that was walked before", () => {
  it.each(collectorFlags)("begins with the same bytes, and no stack is followed again: %s", (collector) => {
    const first = heapDumpOf(collector);
    const again = heapDumpOf(collector, first.walk);
    expect([...rootsIn(first.walk.roots)].length).toBeGreaterThan(0);
    expect(again.dump.head).toEqual(first.dump.head);
    expect(again.dump.byteLength).toBe(first.dump.byteLength);
  });
});

describe("a class that says its objects are of a size that cannot be", () => {
  const names: string[] = [];
  new KlassTable(coreOf(javaMemory("UseSerialGC")).vm.structs).forEachKnown(({ name }) => names.push(name));

  it.each(names)("takes its objects out of the dump, and the others are read: %s", (name) => {
    const { structs: own } = coreOf(javaMemory("UseSerialGC")).vm;
    const { layoutHelper } = new KlassTable(own).byNameOrUndefined(name)!;
    const isArray = layoutHelper < 0;
    const wrongSizes = isArray
      ? [0x3f, 30, 3].map((shift) => ((layoutHelper & ~0x3f) | shift) >>> 0)
      : [0x7fff_fff8];
    for (const wrong of wrongSizes) {
      const machine = javaMemory("UseSerialGC");
      const { structs } = coreOf(machine).vm;
      const { address } = new KlassTable(structs).byNameOrUndefined(name)!;
      machine.memory.int(address + structs.offset(["Klass", "_layout_helper"])!, wrong);
      const { core, process, vm } = coreOf(machine);
      expect(new KlassTable(vm.structs).byNameOrUndefined(name)).toBeUndefined();
      const { dump } = makeVirtualHeapDump(process, core, vm, unwatched)!;
      const source = openVirtualHeapDump(dump, core);
      expect(readUpTo(source, 0, source.byteLength).length).toBe(dump.byteLength);
    }
  });
});

describe("a heap of a collector whose structures are not known", () => {
  it("is not taken for an empty one", () => {
    const { core, process, vm } = coreOf(javaMemory("UseZGC"));
    const unknown = { ...vm, heap: { ...vm.heap!, spaces: [] } };
    expect(makeVirtualHeapDump(process, core, unknown, unwatched)).toBeUndefined();
    expect(readHeapContents(process.memory, unknown, unwatched)).toBeUndefined();
  });
});

describe("an object that a collector was moving", () => {
  it.each([
    ["that it has a place for", 0x8000_0013, 1],
    ["that it has only marked", 3, 0],
  ])("is counted when it is one %s", (_, mark, moved) => {
    const machine = javaMemory("UseShenandoahGC");
    machine.memory.words(0x8000_0000, mark);
    const { core, process, vm } = coreOf(machine);
    expect(makeVirtualHeapDump(process, core, vm, unwatched)!.walk.movedObjects).toBe(moved);
  });
});

describe("an object that a collector had copied", () => {
  const [from, to] = [0x8000_0000, 0x8000_0f00];

  async function afterCopy(made: (machine: JavaMemory) => void = () => undefined) {
    const machine = javaMemory("UseShenandoahGC");
    machine.memory.words(from, to + 3);
    made(machine);
    const { core, process, vm } = coreOf(machine);
    const { dump, walk } = makeVirtualHeapDump(process, core, vm, unwatched)!;
    const source = openVirtualHeapDump(dump, core);
    const { heap } = await openBytes(readUpTo(source, 0, source.byteLength));
    return { heap, walk, contents: readHeapContents(process.memory, vm, unwatched)! };
  }

  it("is there once, where what refers to it leads", async () => {
    const { heap, walk, contents } = await afterCopy();
    const before = await afterCopy(({ memory }) => memory.words(from, 1));
    expect(walk.moved?.count).toBe(1);
    expect(heap.indexOf(BigInt(from))).toBeUndefined();
    const copy = heap.indexOf(BigInt(to))!;
    expect(heap.roots.filter(({ object }) => object === copy).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["thread-object", "jni-local"]),
    );
    expect(heap.instanceCount).toBe(before.heap.instanceCount - 1);
    expect(contents.objects).toBe(before.contents.objects - 1);
    expect(contents.bytes).toBe(before.contents.bytes - 16);
    expect(contents.movedObjects).toBe(0);
  });

  it("is left where it is when something else is at the other place", async () => {
    const { heap, walk, contents } = await afterCopy(({ memory }) => memory.words(to, 3, 0x1234));
    expect(walk.moved).toBeUndefined();
    expect(heap.indexOf(BigInt(from))).toBeDefined();
    expect(contents.movedObjects).toBeGreaterThan(0);
  });

  it("is left where it is when that at the other place is moved itself", async () => {
    const { walk } = await afterCopy(({ memory }) => memory.words(to, to + 0x13));
    expect(walk.moved).toBeUndefined();
  });
});

describe("roots in columns", () => {
  it("come out as they went in", () => {
    const threads: RootThread[] = [
      {
        object: 0x1000,
        frames: [
          { klass: 0x20, method: "run", signature: "()V", file: "Till.java", line: 7 },
          { klass: 0x20, method: "wait", signature: "(J)V", line: -3 },
        ],
      },
      { object: 0x1010, frames: [] },
      { object: 0x1020, frames: [{ klass: 0, method: "()V", signature: "()V", line: -1 }] },
    ];
    const roots: HeapRoot[] = [
      { kind: "sticky-class", object: 2 ** 40 },
      { kind: "monitor-used", object: 16 },
      { kind: "vm-internal", object: 24 },
      { kind: "jni-global", object: 32 },
      { kind: "jni-local", object: 40, thread: 0, frame: -1 },
      { kind: "java-frame", object: 48, thread: 2, frame: 1 },
      { kind: "thread-block", object: 56, thread: 1 },
      { kind: "native-stack", object: 64, thread: 0 },
    ];
    const list = new RootList();
    for (const root of roots) list.add(root);
    const columns = rootColumnsOf(
      list.columnsOf(() => true),
      threads,
    );
    expect([...rootsIn(columns)]).toEqual(roots);
    expect(threadsIn(columns)).toEqual(threads);
  });

  it("keep a stack once for all threads that stand in it, and only roots of objects", () => {
    const frames = [{ klass: 0x20, method: "run", signature: "()V", line: 7 }];
    const threads = Array.from({ length: 10_000 }, (_, index) => ({ object: 0x1000 + 8 * index, frames }));
    const list = new RootList();
    for (const [thread, { object }] of threads.entries()) list.addLocal(object + 4 * (thread % 2), thread, 0);
    expect(list.distinctObjects([0x1000, 8]).length).toBe(10_001);
    const columns = rootColumnsOf(
      list.columnsOf((object) => object % 8 === 0),
      threads,
    );
    expect(columns.kinds.length).toBe(5000);
    expect(columns.frameKlasses.length).toBe(1);
    const read = threadsIn(columns);
    expect(read).toEqual(threads);
    expect(new Set(read.map((thread) => thread.frames)).size).toBe(1);
  });
});
