import { describe, expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { reachableBytesOf } from "../../../../analyzer/heap/graph/growth/profile";
import type { ObjectIndex } from "../../../../analyzer/heap/heap";
import { leakSuspects } from "../../../../analyzer/heap/java/leaks/suspects";
import {
  defaultDuplicateOptions,
  duplicateStrings,
  mayStringsWaste,
} from "../../../../analyzer/heap/java/waste/duplicates";
import { wasteOf } from "../../../../analyzer/heap/java/waste/waste";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

const object = 0x1000n;
const string = 0x1100n;
const objects = 0x1200n;
const holder = 0x1300n;

/** A dump whose strings are all in one array that a static field holds. */
class StringDump {
  readonly builder: HprofBuilder;
  private readonly strings: bigint[] = [];
  private nextId = 0x10000n;

  constructor(private readonly legacy = false) {
    this.builder = new HprofBuilder()
      .class(object, "java/lang/Object")
      .class(string, "java/lang/String", {
        super: object,
        fields: legacy
          ? [
              ["value", "object"],
              ["offset", "int"],
              ["count", "int"],
            ]
          : [
              ["value", "object"],
              ["coder", "byte"],
            ],
      })
      .class(objects, "[Ljava/lang/Object;", { super: object })
      .class(holder, "demo/Holder", { super: object, statics: [["kept", "object", 0x2000n]] })
      .root("sticky-class", holder);
  }

  array(bytes: readonly number[]): bigint {
    const id = this.take(32 + bytes.length * 2);
    this.builder.primitiveArray(id, this.legacy ? "char" : "byte", bytes);
    return id;
  }

  string(value: bigint, offset = 0, count = 0): void {
    const id = this.take(32);
    this.builder.instance(id, string, this.legacy ? { value, offset, count } : { value });
    this.strings.push(id);
  }

  async open() {
    this.builder.objectArray(0x2000n, objects, this.strings);
    return (await openBytes(this.builder.build())).heap;
  }

  private take(bytes: number): bigint {
    const id = this.nextId;
    this.nextId += BigInt(Math.ceil(bytes / 8) * 8);
    return id;
  }
}

const letters = (length: number, seed: number) =>
  Array.from({ length }, (_, at) => 97 + ((at * 7 + seed * 13) % 26));

describe("copies of strings", () => {
  it("save the string but not an array they share already", async () => {
    const dump = new StringDump();
    const shared = dump.array(letters(300, 1));
    for (let k = 0; k < 500; k++) dump.string(shared);
    const heap = await dump.open();
    const duplicates = duplicateStrings(heap, defaultDuplicateOptions, unwatched);
    expect(duplicates.groups).toHaveLength(1);
    const own = heap.shallowSizeOf(duplicates.groups[0]!.example);
    expect(duplicates.groups[0]).toMatchObject({ count: 500, wastedBytes: 499 * own });
    expect(duplicates.wastedBytes).toBe(499 * own);
  });

  it("save string and array where each has its own", async () => {
    const dump = new StringDump();
    for (let k = 0; k < 50; k++) dump.string(dump.array(letters(300, 1)));
    const heap = await dump.open();
    const duplicates = duplicateStrings(heap, defaultDuplicateOptions, unwatched);
    expect(duplicates.wastedBytes).toBe(49 * duplicates.groups[0]!.bytesEach);
  });

  it("are not the different parts of one array, as JDK 6 and Android 5 make them", async () => {
    const dump = new StringDump(true);
    const book = dump.array(Array.from({ length: 4000 }, (_, at) => 200 + at));
    for (let k = 0; k < 300; k++) dump.string(book, k * 10, 10);
    const heap = await dump.open();
    const duplicates = duplicateStrings(heap, defaultDuplicateOptions, unwatched);
    expect(duplicates).toMatchObject({ groups: [], wastedBytes: 0, objects: 0 });
  });

  it("waste no array of which another string needs a part", async () => {
    const dump = new StringDump(true);
    const text = letters(100, 5);
    const arrays = [dump.array(text), dump.array(text)];
    for (const array of arrays) dump.string(array, 0, 100);
    for (const array of arrays) dump.string(array, 1, 9);
    const heap = await dump.open();
    const duplicates = duplicateStrings(heap, defaultDuplicateOptions, unwatched);
    const own = heap.shallowSizeOf(duplicates.groups[0]!.example);
    expect(duplicates.groups.map(({ wastedBytes }) => wastedBytes)).toEqual([own, own]);
  });

  it("are equal to the last character, not to the 4,096th", async () => {
    const dump = new StringDump();
    const head = letters(5000, 7);
    for (let k = 0; k < 60; k++) dump.string(dump.array([...head, k]));
    dump.string(dump.array([...head, 59]));
    const heap = await dump.open();
    const duplicates = duplicateStrings(heap, defaultDuplicateOptions, unwatched);
    expect(duplicates.groups.map(({ count }) => count)).toEqual([2]);
    expect(wasteOf(heap, unwatched).arrays.groups.map(({ count }) => count)).toEqual([2]);
  });

  it("cannot be told in a dump whose contents were overwritten", async () => {
    const dump = new StringDump();
    for (let k = 0; k < 3000; k++) dump.string(dump.array(new Array(20 + (k % 5)).fill(0)));
    const heap = await dump.open();
    const { strings, arrays, kinds } = wasteOf(heap, unwatched);
    expect([strings.scrubbed, strings.groups, arrays.groups]).toEqual([true, [], []]);
    expect(kinds.find(({ name }) => name === "constant arrays")).toMatchObject({ objects: 0, bytes: 0 });
    expect(
      leakSuspects(heap, unwatched).suspects.filter(({ shape }) => shape === "duplicate-strings"),
    ).toEqual([]);
  });

  it("never waste more than there is", async () => {
    const dump = new StringDump(true);
    let state = 42;
    const random = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const arrays = Array.from({ length: 40 }, () => dump.array(letters(20 + random(200), random(3))));
    for (let k = 0; k < 2000; k++) {
      const offset = random(15);
      dump.string(arrays[random(arrays.length)]!, random(2) * offset, 5 + random(15));
    }
    const heap = await dump.open();
    for (const maximumRead of [2_000_000, 500, 7]) {
      const { wastedBytes, groups } = duplicateStrings(heap, { maximumRead, maximumGroups: 200 }, unwatched);
      expect(wastedBytes).toBeLessThanOrEqual(reachableBytesOf(heap));
      for (const group of groups) expect(group.wastedBytes).toBeLessThanOrEqual(wastedBytes);
    }
  });
});

it("strings may waste what they and their arrays take, and who has an array is asked only where it decides", async () => {
  const dump = new StringDump();
  const buffers = [100_000, 90_000, 80_000].map((bytes) => dump.array(Array(bytes).fill(1)));
  dump.string(buffers[0]!);
  for (let k = 0; k < 10; k++) dump.string(dump.array([k]));
  const heap = await dump.open();
  const asked: number[] = [];
  const watched = {
    ...heap,
    referrersOf(object: ObjectIndex) {
      asked.push(heap.lengthOf(object));
      return heap.referrersOf(object);
    },
  };
  const mayWaste = (bytes: number) => [mayStringsWaste(watched, bytes, unwatched), asked.splice(0)];
  expect(mayWaste(500)).toEqual([true, []]);
  expect(mayWaste(100_000)).toEqual([true, [100_000]]);
  expect(mayWaste(110_000)).toEqual([false, [100_000, 90_000, 80_000]]);
  expect(mayWaste(250_000)).toEqual([false, [100_000, 90_000]]);
  expect(mayWaste(300_000)).toEqual([false, []]);
});
