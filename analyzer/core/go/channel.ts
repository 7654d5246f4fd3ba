import { formatCount } from "../../base/figures";
import type { GoRuntime } from "./goRuntime";

/** A channel as `runtime.hchan` has it. */
export interface GoChannel {
  readonly address: bigint;
  readonly length: number;
  readonly capacity: number;
  readonly isClosed: boolean;
  /** Goroutines in its queues, each once for every case of a select. */
  readonly receivers: number;
  readonly senders: number;
}

const mostWaiters = 4_000_000;
const largestCapacity = 1n << 40n;

/** @returns undefined where no channel can be */
export function channelAt(address: bigint, runtime: GoRuntime): GoChannel | undefined {
  const { memory } = runtime;
  const length = memory.u64(address);
  const capacity = memory.u64(address + 8n);
  if (length === undefined || capacity === undefined) return undefined;
  if (length > capacity || capacity > largestCapacity) return undefined;
  return {
    address,
    length: Number(length),
    capacity: Number(capacity),
    isClosed: (memory.u32(address + 28n) ?? 0) !== 0,
    receivers: waitersIn(address, "hchan.recvq", runtime),
    senders: waitersIn(address, "hchan.sendq", runtime),
  };
}

function waitersIn(
  channel: bigint,
  queue: "hchan.recvq" | "hchan.sendq",
  { fields, memory }: GoRuntime,
): number {
  let at = fields.word(channel, queue) ?? 0n;
  let count = 0;
  while (at !== 0n && count < mostWaiters) {
    const next = memory.u64(at + nextWaiter);
    if (next === undefined) break;
    count++;
    at = next;
  }
  return count;
}

/** True when a waiter is in the queue of those who receive. */
export function isReceiving(waiter: bigint, channel: bigint, { fields, memory }: GoRuntime): boolean {
  let at = fields.word(channel, "hchan.recvq") ?? 0n;
  for (let step = 0; at !== 0n && step < mostWaiters; step++) {
    if (at === waiter) return true;
    at = memory.u64(at + nextWaiter) ?? 0n;
  }
  return false;
}

/** `sudog.next`, after the goroutine. */
const nextWaiter = 8n;

/** `2 of 4 full` */
export function fillOf({ length, capacity, isClosed }: GoChannel): string {
  const fill = capacity === 0 ? "unbuffered" : `${formatCount(length)} of ${formatCount(capacity)} full`;
  return isClosed ? `${fill}, closed` : fill;
}
