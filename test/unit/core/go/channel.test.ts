import { expect, it } from "vitest";
import { GoChannels } from "../../../../analyzer/core/go/channel";
import type { GoRuntime } from "../../../../analyzer/core/go/goRuntime";
import { layoutOf } from "../../../../analyzer/core/go/layout";
import { GoFields } from "../../../../analyzer/core/go/memoryFields";
import { ProcessMemory } from "../../../build/processMemory";

const channel = 0x1000;
const waiters = [0x1100, 0x1200, 0x1300] as const;
const layout = layoutOf(26);
const queue = (field: "hchan.recvq" | "hchan.sendq") => channel + Number(layout.offsetOf(field)!);

/** A channel with a queue of receivers, whose last one leads on to an address, and one sender. */
function channelWith(last: number) {
  const made = new ProcessMemory().segment(0x1000, 0x1000).words(channel, 1, 4);
  made.words(queue("hchan.recvq"), waiters[0]).words(queue("hchan.sendq"), 0x1400);
  waiters.forEach((waiter, index) => {
    made.words(waiter + 8, waiters[index + 1] ?? last);
  });
  const { memory } = made.process(made.bytes(), [], 0);
  const runtime = { memory, fields: new GoFields(memory, layout) } as unknown as GoRuntime;
  return new GoChannels(runtime).at(BigInt(channel));
}

it.each([
  ["ends", 0],
  ["comes back to itself", waiters[0]],
  ["leads nowhere", 0x99_0000],
])("lists who waits on a channel once each, where the queue %s", (_, last) => {
  const found = channelWith(last)!;
  expect([found.length, found.capacity, found.isClosed]).toEqual([1, 4, false]);
  expect([...found.receivers]).toEqual(waiters.map(BigInt));
  expect([...found.senders]).toEqual([0x1400n]);
});
