import { describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { ProblemList } from "../../../analyzer/base/problems";
import { javaCodeOf } from "../../../analyzer/core/hotspot/frames/javaCode";
import { JavaObjects } from "../../../analyzer/core/hotspot/javaObjects";
import { findJavaRuntime } from "../../../analyzer/core/hotspot/javaRuntime";
import { VirtualThreads } from "../../../analyzer/core/hotspot/virtualThreads/virtualThreads";
import { waitingThreads } from "../../../analyzer/core/hotspot/virtualThreads/waitingThreads";
import { VmFlags } from "../../../analyzer/core/hotspot/vmFlags";
import type { LoadedProcess } from "../../../analyzer/core/loadedProcess";
import { moduleAt } from "../../build/processMemory";
import { type VirtualThreadMemory, virtualThreadMemory } from "../../build/virtualThreadMemory";

const nobodyCancels = () => undefined;

/** A core with something overwritten. */
function coreWith(damage: (made: VirtualThreadMemory) => void) {
  const made = virtualThreadMemory();
  damage(made);
  const bytes = made.memory.bytes();
  const image = made.memory.process(
    bytes,
    [moduleAt(0, "/bin/java", [0x40_0000, 0x40_1000]), made.libjvm],
    0,
  );
  const code = javaCodeOf(image)!;
  const objects = JavaObjects.of(code.structs, new VmFlags(code.structs))!;
  const { at } = made;
  const coreBytes = bytes.length;
  const list = (throwIfCancelled: () => void = nobodyCancels) =>
    VirtualThreads.of(objects, code, [at.first], { coreBytes, throwIfCancelled })!;
  return { at, image, code, objects, coreBytes, list };
}

const cancel = () => {
  throw new ExhumeError({ code: "cancelled" });
};

describe("a list of virtual threads", () => {
  it("takes no more steps than the core has words, however long its tables are said to be", () => {
    const { at, coreBytes, list } = coreWith((made) => made.memory.int(made.at.table + 16, 13_000_000));
    let steps = 0;
    const found = list(() => steps++);
    expect([...found.all].slice(0, 2)).toEqual([at.carried, at.blocked]);
    expect(steps).toBeGreaterThan(10);
    expect(steps).toBeLessThan(coreBytes / 8 + 100);
  });

  it.each([
    ["itself", (made: VirtualThreadMemory) => made.at.entry, []],
    ["an entry before", (made: VirtualThreadMemory) => made.at.entry - 32, ["carried"]],
  ] as const)("loses the rest of a list that leads into %s, and no other", (_, target, more) => {
    const { at, list } = coreWith((made) => {
      const entry = target(made);
      // The last of two stands before the first.
      made.memory.words(entry + 24, made.at.entry);
    });
    const expected = [...more.map((name) => at[name]), at.blocked, at.parked, at.task];
    expect([...list().all].sort()).toEqual(expected.sort());
  });

  it("ends when nobody wants it any more", () => {
    const { list } = coreWith(() => undefined);
    expect(() => list(cancel)).toThrow("Cancelled.");
  });

  it("has one thread for a carrier that several name", () => {
    const { at, list } = coreWith((made) => made.memory.words(made.at.blocked + 72, made.at.first));
    const threads = list();
    expect([at.carried, at.blocked].map((thread) => threads.carrierOf(thread))).toEqual([
      at.first,
      undefined,
    ]);
  });

  it("cuts a name that has no end", () => {
    // The text stands before the thread.
    const { at, list } = coreWith((made) => made.memory.int(made.at.carried - 0x20, 5000));
    expect(list().factsOf(at.carried).name).toMatch(/^buyer.{995}$/s);
  });
});

describe("the stack of a virtual thread in the heap", () => {
  it("is looked through as far as one can be long, whatever its size is said to be", () => {
    const { at, code, objects } = coreWith((made) => made.memory.int(made.at.chunk + 16, 1 << 28));
    const [waiting] = waitingThreads(objects, code, [at.blocked]);
    const { words } = objects.structs;
    const read = words.u64.bind(words);
    let reads = 0;
    words.u64 = (address) => {
      reads++;
      return read(address);
    };
    expect(waiting!.words().length).toBeGreaterThan(5);
    expect(reads).toBeLessThanOrEqual(2 ** 20);
  });
});

/** As a virtual thread tells it. */
function waits({ image }: ReturnType<typeof coreWith>, state: string, throwIfCancelled = nobodyCancels) {
  const process = { image, modules: [], throwIfCancelled } as unknown as LoadedProcess;
  const runtime = findJavaRuntime({ process, symbolize: () => [], problems: new ProblemList() });
  const thread = runtime!.lightThreads!.find((each) => each.state === state)!;
  return () => thread.wait!();
}

describe("looking for what virtual threads wait for", () => {
  it("ends when nobody wants it any more", () => {
    let isCancelled = false;
    const wait = waits(
      coreWith(() => undefined),
      "waiting",
      () => {
        if (isCancelled) cancel();
      },
    );
    expect(wait()?.owner).toBe(7);
    isCancelled = true;
    expect(wait).toThrow("Cancelled.");
  });

  it.each([
    [0x9400_2000, 7],
    [0x9400_4000, undefined],
  ])("has as owner of a monitor the thread on whose stack 0x%x is", (owner, lwp) => {
    const core = coreWith(({ memory }) => {
      const monitor = 0x9400_0100;
      memory.words(0x8000_0300, monitor + 2).words(monitor + 8, owner);
    });
    expect(waits(core, "blocked")()?.owner).toBe(lwp);
  });
});
