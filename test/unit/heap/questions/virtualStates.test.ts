import { expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { threadsOf } from "../../../../analyzer/heap/java/program/threads";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

/** What the JDKs call the numbers of states. */
const constants = {
  21: { NEW: 0, STARTED: 1, RUNNABLE: 2, RUNNING: 3, PARKING: 4, PARKED: 5, PINNED: 6, YIELDING: 7 },
  25: { NEW: 0, STARTED: 1, RUNNING: 2, PARKING: 3, PARKED: 4, PINNED: 5, TIMED_PARKED: 7, BLOCKED: 13 },
} as const;
const suspended = 0x100;

async function statesOf(release: keyof typeof constants, states: readonly number[]): Promise<string[]> {
  const builder = new HprofBuilder({ idSize: 8 });
  builder.class(0x10n, "java/lang/Object");
  builder.class(0x20n, "java/lang/Thread", { super: 0x10n });
  builder.class(0x30n, "java/lang/VirtualThread", {
    super: 0x20n,
    fields: [["state", "int"]],
    statics: Object.entries({ ...constants[release], TERMINATED: 99 }).map(
      ([name, value]) => [name, "int", value] as const,
    ),
  });
  for (const [index, state] of states.entries()) {
    const id = 0x100n + 0x20n * BigInt(index);
    builder.instance(id, 0x30n, { state });
    builder.root("thread-object", id, index + 1, 0);
  }
  const { heap } = await openBytes(builder.build());
  const byObject = new Map(threadsOf(heap, unwatched).map(({ object, state }) => [object, state]));
  return states.map((_, index) => byObject.get(heap.indexOf(0x100n + 0x20n * BigInt(index))!)!);
}

it("tells the state of a virtual thread by the constants of its own JDK", async () => {
  const numbers = [4, 5, 7, 13, 4 + suspended, 99, 77];
  expect(await statesOf(21, numbers)).toEqual([
    "runnable",
    "waiting",
    "runnable",
    "unknown",
    "runnable",
    "terminated",
    "unknown",
  ]);
  expect(await statesOf(25, numbers)).toEqual([
    "waiting",
    "waiting",
    "timed waiting",
    "blocked",
    "waiting",
    "terminated",
    "unknown",
  ]);
});
