import { expect, it } from "vitest";
import { applicationHoldingOf } from "../../../../analyzer/heap/java/paths/holders";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

const [timerClass, taskClass, alarmsClass] = [0x10n, 0x18n, 0x20n];
const timer = 0x100n;
const alarms = 0xf0_0000n;
const tasks = 5_000;

/** A scheduler to which each of its tasks points back; the object of the program that has it comes behind them all. */
function schedulerWithTasks(): Uint8Array {
  const dump = new HprofBuilder();
  dump.loadClass(timerClass, "java/util/concurrent/Scheduler");
  dump.loadClass(taskClass, "java/util/concurrent/Task");
  dump.loadClass(alarmsClass, "shop/Alarms");
  for (const name of ["scheduler", "timer"]) dump.text(name);
  dump.classDump(timerClass).classDump(taskClass, { fields: [["scheduler", "object"]] });
  dump.classDump(alarmsClass, { fields: [["timer", "object"]] });
  dump.instance(timer, timerClass);
  for (let task = 0; task < tasks; task++) {
    const id = BigInt(0x1000 + 16 * task);
    dump.instance(id, taskClass, { scheduler: timer }).root("jni-global", id);
  }
  dump.instance(alarms, alarmsClass, { timer }).root("jni-global", alarms);
  return dump.build();
}

it("finds the program's field behind thousands of objects that point back", async () => {
  const { heap } = await openBytes(schedulerWithTasks());
  const holding = applicationHoldingOf(heap, heap.indexOf(timer)!);
  expect(holding).toMatchObject({ className: "shop.Alarms", reference: { name: "timer" } });
});
