import { formatCount } from "../../base/figures";
import type { GoRuntime } from "./goRuntime";

/** A channel as `runtime.hchan` has it. */
export interface GoChannel {
  readonly address: bigint;
  readonly length: number;
  readonly capacity: number;
  readonly isClosed: boolean;
  /** Records of the goroutines in its queues, each one for every case of a select. */
  readonly receivers: ReadonlySet<bigint>;
  readonly senders: ReadonlySet<bigint>;
}

/** In the queues of all channels together. */
const mostWaiters = 4_000_000;
const largestCapacity = 1n << 40n;

/** Channels of a program, each read once: many goroutines wait on one. */
export class GoChannels {
  private readonly known = new Map<bigint, GoChannel | undefined>();
  private waitersLeft = mostWaiters;

  constructor(private readonly runtime: GoRuntime) {}

  /** @returns undefined where no channel can be */
  at(address: bigint): GoChannel | undefined {
    if (!this.known.has(address)) this.known.set(address, this.read(address));
    return this.known.get(address);
  }

  private read(address: bigint): GoChannel | undefined {
    const { memory } = this.runtime;
    const length = memory.u64(address);
    const capacity = memory.u64(address + 8n);
    if (length === undefined || capacity === undefined) return undefined;
    if (length > capacity || capacity > largestCapacity) return undefined;
    return {
      address,
      length: Number(length),
      capacity: Number(capacity),
      isClosed: (memory.u32(address + 28n) ?? 0) !== 0,
      receivers: this.waitersIn(address, "hchan.recvq"),
      senders: this.waitersIn(address, "hchan.sendq"),
    };
  }

  private waitersIn(channel: bigint, queue: "hchan.recvq" | "hchan.sendq"): ReadonlySet<bigint> {
    const { fields, memory } = this.runtime;
    const waiters = new Set<bigint>();
    let at = fields.word(channel, queue) ?? 0n;
    while (at !== 0n && !waiters.has(at) && this.waitersLeft > 0) {
      const next = memory.u64(at + nextWaiter);
      if (next === undefined) break;
      waiters.add(at);
      this.waitersLeft--;
      at = next;
    }
    return waiters;
  }
}

/** `sudog.next`, after the goroutine. */
const nextWaiter = 8n;

/** `2 of 4 full` */
export function fillOf({ length, capacity, isClosed }: GoChannel): string {
  const fill = capacity === 0 ? "unbuffered" : `${formatCount(length)} of ${formatCount(capacity)} full`;
  return isClosed ? `${fill}, closed` : fill;
}
