import { firstVirtualThread } from "../../../base/lightThreadIds";
import type { Work } from "../../../base/work";
import type { ThreadState } from "../../../heap/java/program/threadState";
import { virtualStateByConstant, virtualThreadSuspended } from "../../../heap/java/program/virtualState";
import type { JavaCode } from "../frames/javaCode";
import type { JavaObjects } from "../javaObjects";
import { staticNumbersOf } from "../javaStatics";
import { fieldOffset } from "../klassFields";
import { FrozenStack } from "./frozenStack";
import { StackChunks, virtualThreadClass } from "./stackChunks";
import { type ListLimits, listVirtualThreads } from "./threadContainers";

/** Characters of a name: a million threads may share one of a million. */
const longestName = 1000;

/** What a virtual thread says of itself. */
export interface VirtualThreadFacts {
  readonly id: number;
  /** Empty for one that has none. */
  readonly name: string;
  readonly state: ThreadState;
}

/** The virtual threads of a JVM, in the order of their ids. There may be a million: of each only its object is kept. */
export class VirtualThreads {
  private readonly stateByNumber: ReadonlyMap<number, ThreadState>;
  private readonly chunks: StackChunks | undefined;
  private positions: ReadonlyMap<number, number> | undefined;
  private carried: ReadonlyMap<number, number> | undefined;

  private constructor(
    private readonly objects: JavaObjects,
    private readonly code: JavaCode,
    private readonly fields: ThreadFields,
    /** Addresses of their objects, by position. */
    readonly all: Float64Array,
    /** False where some that live are in no list. */
    readonly isComplete: boolean,
    private readonly work: Pick<Work, "throwIfCancelled">,
  ) {
    this.chunks = StackChunks.of(objects.structs, objects.klasses, objects.references, code);
    const klass = objects.klasses.byNameOrUndefined(virtualThreadClass);
    const numbers = klass === undefined ? new Map<string, number>() : staticNumbersOf(objects, klass);
    this.stateByNumber = new Map(
      [...numbers].flatMap(([name, value]) => {
        const state = virtualStateByConstant[name];
        return state === undefined ? [] : [[value, state] as const];
      }),
    );
  }

  /**
   * @param platformThreads objects of the threads of the system
   * @throws ExhumeError `cancelled`
   */
  static of(
    objects: JavaObjects,
    code: JavaCode,
    platformThreads: readonly number[],
    limits: ListLimits,
  ): VirtualThreads | undefined {
    const listed = listVirtualThreads(objects, platformThreads, limits);
    const fields = listed && fieldsOfThreads(objects);
    if (listed === undefined || fields === undefined) return undefined;
    const { threads } = listed;
    const ids = Float64Array.from(threads, (thread) => objects.structs.wordAt(thread + fields.tid) ?? 0);
    const order = Uint32Array.from(threads, (_, position) => position).sort((a, b) => ids[a]! - ids[b]!);
    const all = Float64Array.from(order, (position) => threads[position]!);
    return new VirtualThreads(objects, code, fields, all, listed.isComplete, limits);
  }

  /** The number that stands for it where the kernel's ids stand for others. */
  lwpOf(object: number): number | undefined {
    this.positions ??= new Map(Array.from(this.all, (each, position) => [each, position]));
    const position = this.positions.get(object);
    return position === undefined ? undefined : firstVirtualThread + position;
  }

  at(lwp: number): number | undefined {
    return this.all[lwp - firstVirtualThread];
  }

  factsOf(object: number): VirtualThreadFacts {
    const { objects, fields } = this;
    const number = objects.structs.words.i32(object + fields.state) ?? -1;
    return {
      id: this.longAt(object + fields.tid),
      name: objects.textOf(objects.references.fieldAt(object + fields.name) || undefined, longestName) ?? "",
      state: this.stateByNumber.get(number & ~virtualThreadSuspended) ?? "unknown",
    };
  }

  /** The thread of the system that runs it, by its object. That runs no other: others that name it are damaged. */
  carrierOf(object: number): number | undefined {
    const named = this.namedCarrierOf(object);
    return named !== undefined && this.carriedBy(named) === object ? named : undefined;
  }

  /** The one that a thread of the system runs, by the object of that. */
  private carriedBy(carrier: number): number | undefined {
    if (this.carried === undefined) {
      const carried = new Map<number, number>();
      for (const object of this.all) {
        this.work.throwIfCancelled();
        const own = this.namedCarrierOf(object);
        if (own !== undefined && !carried.has(own)) carried.set(own, object);
      }
      this.carried = carried;
    }
    return this.carried.get(carrier);
  }

  /** By the number that owners of monitors are known by. */
  byId(id: number): number | undefined {
    const { all, fields } = this;
    let low = 0;
    let high = all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.longAt(all[middle]! + fields.tid) < id) low = middle + 1;
      else high = middle;
    }
    return low < all.length && this.longAt(all[low]! + fields.tid) === id ? all[low] : undefined;
  }

  /** Frames that lie in the heap: all of one that no carrier runs, of others those it has not gone back to. */
  frozenStackOf(object: number): FrozenStack {
    return new FrozenStack(this.code, this.chunks?.ofThread(object) ?? []);
  }

  private namedCarrierOf(object: number): number | undefined {
    return this.objects.references.fieldAt(object + this.fields.carrier) || undefined;
  }

  private longAt(address: number): number {
    return this.objects.structs.wordAt(address) ?? 0;
  }
}

interface ThreadFields {
  readonly state: number;
  readonly tid: number;
  readonly name: number;
  readonly carrier: number;
}

function fieldsOfThreads({ structs, klasses }: JavaObjects): ThreadFields | undefined {
  const klass = klasses.byNameOrUndefined(virtualThreadClass);
  if (klass === undefined) return undefined;
  const state = fieldOffset(structs, klass, "state");
  const tid = fieldOffset(structs, klass, "tid");
  const name = fieldOffset(structs, klass, "name");
  const carrier = fieldOffset(structs, klass, "carrierThread");
  if (state === undefined || tid === undefined || name === undefined || carrier === undefined)
    return undefined;
  return { state, tid, name, carrier };
}
