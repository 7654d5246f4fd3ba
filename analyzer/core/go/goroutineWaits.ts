import { formatCount } from "../../base/figures";
import { formatHex } from "../../base/units";
import type { LightWait } from "../managed/lightThread";
import type { LoadedModule } from "../modules/loadedModule";
import type { Stack } from "../unwind/stack";
import { fillOf, GoChannels } from "./channel";
import type { GoRuntime } from "./goRuntime";
import type { Goroutine } from "./goroutine";
import { variableAt, variablesHolding } from "./goVariables";
import { syncObjectOf } from "./syncObjects";

/** What a goroutine sleeps on. */
export interface GoWait extends LightWait {
  /** The lock, the counter or the only channel. */
  readonly address?: bigint;
}

const mostCases = 10_000;
/** Words of a stack, from its top on, among which the runtime's record of a waiter is. */
const wordsLookedAt = 128n;
const framesLookedAt = 8;

/** Reads what goroutines wait on. */
export class GoroutineWaits {
  private readonly channels: GoChannels;
  private variables: ReadonlyMap<bigint, string> | undefined;

  constructor(private readonly runtime: GoRuntime) {
    this.channels = new GoChannels(runtime);
  }

  /** @returns undefined for goroutines that do not sleep, or sleep on what has no record */
  of(goroutine: Goroutine, stack: Stack<LoadedModule>): GoWait | undefined {
    const { state, reason = "" } = goroutine;
    if (state !== "waiting" && state !== "leaked") return undefined;
    if (reason.includes("(nil chan)")) return forEver("waits for ever on a nil channel");
    if (reason.includes("(no cases)")) return forEver("waits for ever in a select without cases");
    const isForEver = state === "leaked";
    // Since Go 1.26 records of other waits hang there too.
    return this.ofChannels(goroutine, isForEver) ?? this.ofSemaphore(goroutine, stack, isForEver);
  }

  private ofChannels({ waiting, reason = "" }: Goroutine, isForEver: boolean): GoWait | undefined {
    const { fields } = this.runtime;
    const cases: string[] = [];
    const plain: string[] = [];
    let needsOthers = true;
    let last: bigint | undefined;
    let at = waiting;
    for (let count = 0; at !== 0n && count < mostCases; count++) {
      const address = fields.word(at, "sudog.c");
      if (address === undefined || address === 0n) break;
      const isReceive = reason.startsWith("select")
        ? this.channels.at(address)?.receivers.has(at) === true
        : !reason.includes("send");
      const what = `${isReceive ? "receive from" : "send to"} the channel ${this.named(address)}`;
      plain.push(what);
      cases.push(`${what}${this.fillAndOthers(address, isReceive)}`);
      // Since Go 1.23 channels of timers say that they are.
      if ((fields.word(address, "hchan.timer") ?? 0n) !== 0n) needsOthers = false;
      last = address;
      at = fields.word(at, "sudog.waitlink") ?? 0n;
    }
    if (last === undefined) return undefined;
    const wordsOf = (each: readonly string[]) =>
      each.length === 1
        ? `waits to ${each[0]}`
        : `waits in a select of ${formatCount(each.length)}: ${shortened(each).join("; or ")}`;
    const [words, what] = [wordsOf(cases), wordsOf(plain)];
    return { words, what, isForEver, needsOthers, ...(cases.length === 1 && { address: last }) };
  }

  private fillAndOthers(address: bigint, isReceive: boolean): string {
    const channel = this.channels.at(address);
    if (channel === undefined) return "";
    const others = (isReceive ? channel.receivers : channel.senders).size - 1;
    const more =
      others <= 0 ? "" : `, as ${others === 1 ? "does 1 other" : `do ${formatCount(others)} others`}`;
    return `, ${fillOf(channel)}${more}`;
  }

  private ofSemaphore(
    goroutine: Goroutine,
    stack: Stack<LoadedModule>,
    isForEver: boolean,
  ): GoWait | undefined {
    const semaphore = semaphoreOf(goroutine, this.runtime);
    if (semaphore === undefined) return undefined;
    for (const name of this.functionsOf(stack)) {
      const object = syncObjectOf(name, semaphore, this.runtime);
      if (object === undefined) continue;
      const { kind, address, state } = object;
      const lockName = `sync.${kind} ${this.named(address)}`;
      const what = `waits for the ${lockName}`;
      const lock = { address, name: lockName, state };
      return { words: `${what}, ${state}`, what, isForEver, needsOthers: true, address, lock };
    }
    return undefined;
  }

  /** Names of the innermost functions, inlined ones included. */
  private *functionsOf(stack: Stack<LoadedModule>): Generator<string> {
    for (const { module, lookupAddress } of stack.slice(0, framesLookedAt)) {
      const places = module?.go?.lines.placesAt(module.relative(lookupAddress)) ?? [];
      for (const { function: name } of places) yield name;
    }
  }

  /** A lock that is a variable of the program, or a channel that one holds, is called by its name. */
  private named(address: bigint): string {
    this.variables ??= variablesHolding(this.runtime);
    const name = variableAt(address, this.runtime) ?? this.variables.get(address);
    return name === undefined ? formatHex(address) : `${name} (${formatHex(address)})`;
  }
}

function forEver(words: string): GoWait {
  return { words, what: words, isForEver: true, needsOthers: true };
}

/** `runtime.semacquire1` keeps its record of the waiter on its stack: it names the goroutine and the semaphore. */
function semaphoreOf(
  { address, sp, stackEnd }: Goroutine,
  { memory, fields }: GoRuntime,
): bigint | undefined {
  for (let at = sp; at < sp + 8n * wordsLookedAt && at < stackEnd; at += 8n) {
    const record = memory.u64(at);
    if (record === undefined || record === 0n || record % 8n !== 0n) continue;
    if (memory.u64(record) !== address) continue;
    const semaphore = fields.word(record, "sudog.elem");
    if (semaphore !== undefined && semaphore !== 0n && memory.u32(semaphore) !== undefined) return semaphore;
  }
  return undefined;
}

function shortened(cases: readonly string[]): string[] {
  const shown = cases.slice(0, 4);
  return cases.length > shown.length ? [...shown, `${formatCount(cases.length - shown.length)} more`] : shown;
}
