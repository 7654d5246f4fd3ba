import { countBefore } from "../../base/halving";
import type { JavaObjects } from "./javaObjects";
import { type JavaThreadFacts, javaThreadFacts } from "./javaThreadFacts";
import type { JavaThread } from "./javaThreads";
import { lockStackSlots } from "./lockStack";
import type { VirtualThreads } from "./virtualThreads/virtualThreads";
import type { VmStructs } from "./vmStructs";

/** What a thread of Java waits for. */
export interface JavaWait {
  readonly kind: /** To enter a `synchronized` method or block. */
    | "javaMonitor"
    /** To be notified. */
    | "javaCondition"
    /** Parked for a lock of `java.util.concurrent` that somebody owns. */
    | "javaLock"
    /** Parked for something else. */
    | "javaParked";
  /** The object it waits for. */
  readonly object: number;
  readonly owner?: JavaOwner;
  readonly isTimed: boolean;
}

/** Who has a lock: a thread by its kernel id or what stands for that of a virtual one, or by its name alone. */
export interface JavaOwner {
  readonly lwp?: number;
  readonly name?: string;
}

/** The last two bits of an object's header say how it is locked: here the rest is the address of a monitor. */
const markBits = 3n;
const markOfMonitor = 2n;
const synchronizer = "java/util/concurrent/locks/AbstractOwnableSynchronizer";

/** Who waits for which lock of Java, and who has it. */
export class JavaLocks {
  private readonly byAddress: ReadonlyMap<number, JavaThread>;
  private readonly facts = new Map<JavaThread, JavaThreadFacts | undefined>();
  private byObject: Map<number, JavaThread> | undefined;
  /** By what they have locked, and where their stacks are: a million virtual threads may wait. */
  private byLocked: Map<number, JavaThread> | undefined;
  private byStack:
    | readonly { readonly thread: JavaThread; readonly start: number; readonly end: number }[]
    | undefined;
  /** Classes by address: whether their objects are locks that a thread can own. */
  private readonly synchronizers = new Map<number, boolean>();
  private byOwnerId: ReadonlyMap<number, JavaThread> | undefined;

  /** @param virtualThreads they are looked for when an owner is none of the system's threads */
  constructor(
    private readonly objects: JavaObjects,
    private readonly threads: readonly JavaThread[],
    private readonly virtualThreads: () => VirtualThreads | undefined,
  ) {
    this.byAddress = new Map(threads.map((thread) => [thread.address, thread]));
  }

  factsOf(thread: JavaThread): JavaThreadFacts | undefined {
    if (!this.facts.has(thread)) this.facts.set(thread, javaThreadFacts(this.objects, thread));
    return this.facts.get(thread);
  }

  waitOf(thread: JavaThread): JavaWait | undefined {
    const { structs } = this;
    const facts = this.factsOf(thread);
    const isTimed = facts?.state === "timed waiting";
    const entered = structs.word(
      thread.address,
      ["JavaThread", "_current_pending_monitor"],
      ["Thread", "_current_pending_monitor"],
    );
    if (entered) return this.waitForMonitor("javaMonitor", entered, false);
    const waited = structs.word(
      thread.address,
      ["JavaThread", "_current_waiting_monitor"],
      ["Thread", "_current_waiting_monitor"],
    );
    // Notified, it waits to have the monitor again.
    const isNotified = facts?.state === "blocked";
    if (waited) return this.waitForMonitor(isNotified ? "javaMonitor" : "javaCondition", waited, isTimed);
    return facts?.reason === "parking" ? this.parkedFor(facts.object, isTimed) : undefined;
  }

  /** The thread of the system that an object stands for. */
  threadOf(object: number): JavaThread | undefined {
    if (this.byObject === undefined) {
      this.byObject = new Map();
      for (const thread of this.threads) {
        const own = this.factsOf(thread)?.object;
        if (own !== undefined) this.byObject.set(own, thread);
      }
    }
    return this.byObject.get(object);
  }

  /** What a parked thread, of the system or not, says that it waits for. */
  parkedFor(thread: number, isTimed: boolean): JavaWait | undefined {
    const blocker = this.objects.fieldOf(thread, "parkBlocker");
    if (blocker === undefined) return undefined;
    if (!this.isSynchronizer(blocker)) return { kind: "javaParked", object: blocker, isTimed };
    const owner = this.objects.fieldOf(blocker, "exclusiveOwnerThread");
    return {
      kind: "javaLock",
      object: blocker,
      isTimed,
      ...(owner !== undefined && { owner: this.ownerByObject(owner) }),
    };
  }

  /** What a virtual thread waits for that is to enter the monitor of an object. */
  toEnter(object: number): JavaWait {
    const mark = this.structs.words.u64Exact(object) ?? 0n;
    const monitor = (mark & markBits) === markOfMonitor ? Number(mark & ~markBits) : undefined;
    const owner = monitor === undefined ? this.ownerByLockStack(object) : this.ownerOf(monitor, object);
    return { kind: "javaMonitor", object, isTimed: false, ...(owner !== undefined && { owner }) };
  }

  /** The object a monitor belongs to. */
  objectOf(monitor: number): number | undefined {
    // A weak handle since JDK 17 or so, the object itself before.
    return this.objects.heldBy(monitor, ["ObjectMonitor", "_object"]);
  }

  private get structs(): VmStructs {
    return this.objects.structs;
  }

  private waitForMonitor(
    kind: "javaMonitor" | "javaCondition",
    monitor: number,
    isTimed: boolean,
  ): JavaWait | undefined {
    const object = this.objectOf(monitor);
    if (object === undefined) return undefined;
    const owner = this.ownerOf(monitor, object);
    return { kind, object, isTimed, ...(owner !== undefined && { owner }) };
  }

  /** The owner is a thread, a place in its stack, or a number, by release. */
  private ownerOf(monitor: number, object: number): JavaOwner | undefined {
    const { structs } = this;
    const owner = structs.word(monitor, ["ObjectMonitor", "_owner"]);
    if (!owner) return undefined;
    const anonymous = structs.constant("ObjectMonitor::ANONYMOUS_OWNER") ?? 1;
    if (owner === anonymous) return this.ownerByLockStack(object);
    const thread = this.byAddress.get(owner) ?? this.threadOnStackAt(owner) ?? this.byNumber().get(owner);
    return thread === undefined
      ? this.virtualOwner(this.virtualThreads()?.byId(owner))
      : this.ownerOfThread(thread);
  }

  /** With lightweight locking each thread keeps a list of what it has locked. */
  private ownerByLockStack(object: number): JavaOwner | undefined {
    if (this.byLocked === undefined) {
      this.byLocked = new Map();
      for (const thread of this.threads)
        for (const locked of this.lockStackOf(thread))
          if (!this.byLocked.has(locked)) this.byLocked.set(locked, thread);
    }
    const thread = this.byLocked.get(object);
    return thread && this.ownerOfThread(thread);
  }

  private threadOnStackAt(address: number): JavaThread | undefined {
    this.byStack ??= this.threads
      .flatMap((thread) => (thread.stack === undefined ? [] : { thread, ...thread.stack }))
      .sort((a, b) => a.start - b.start);
    const nearest = this.byStack[countBefore(this.byStack, ({ start }) => start <= address) - 1];
    return nearest !== undefined && address < nearest.end ? nearest.thread : undefined;
  }

  private lockStackOf({ address }: JavaThread): number[] {
    const { structs, objects } = this;
    return lockStackSlots(structs, address)
      .map((slot) => objects.onStackAt(slot))
      .filter((object) => object !== undefined);
  }

  private byNumber(): ReadonlyMap<number, JavaThread> {
    this.byOwnerId ??= new Map(
      this.threads.flatMap((thread) => {
        const id = this.structs.word(thread.address, ["JavaThread", "_monitor_owner_id"]);
        return id ? [[id, thread] as const] : [];
      }),
    );
    return this.byOwnerId;
  }

  private ownerByObject(object: number): JavaOwner {
    const thread = this.threadOf(object);
    if (thread !== undefined) return this.ownerOfThread(thread);
    const owner = this.virtualOwner(object);
    if (owner !== undefined) return owner;
    const name = this.objects.textOf(this.objects.fieldOf(object, "name"));
    return name === undefined ? {} : { name };
  }

  private virtualOwner(object: number | undefined): JavaOwner | undefined {
    const lwp = object === undefined ? undefined : this.virtualThreads()?.lwpOf(object);
    return lwp === undefined ? undefined : { lwp };
  }

  private ownerOfThread(thread: JavaThread): JavaOwner {
    const name = this.factsOf(thread)?.name;
    return {
      ...(thread.lwp === undefined ? {} : { lwp: thread.lwp }),
      ...(name === undefined ? {} : { name }),
    };
  }

  private isSynchronizer(object: number): boolean {
    const klass = this.objects.klassOf(object);
    if (klass === undefined) return false;
    let is = this.synchronizers.get(klass.address);
    if (is === undefined) {
      is = [...this.structs.list(klass.address, ["Klass", "_super"])].some(
        (address) =>
          this.objects.klasses.klasses[this.objects.klasses.indexAt(address)]?.name === synchronizer,
      );
      this.synchronizers.set(klass.address, is);
    }
    return is;
  }
}
