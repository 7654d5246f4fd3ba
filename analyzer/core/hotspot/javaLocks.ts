import type { JavaObjects } from "./javaObjects";
import { type JavaThreadFacts, javaThreadFacts } from "./javaThreadFacts";
import type { JavaThread } from "./javaThreads";
import { lockStackSlots } from "./lockStack";
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

/** Who has a lock: a thread of the system by its kernel id, or another one by its object. */
export interface JavaOwner {
  readonly lwp?: number;
  readonly name?: string;
}

const synchronizer = "java/util/concurrent/locks/AbstractOwnableSynchronizer";

/** Who waits for which lock of Java, and who has it. */
export class JavaLocks {
  private readonly byAddress: ReadonlyMap<number, JavaThread>;
  private readonly facts = new Map<JavaThread, JavaThreadFacts | undefined>();
  private byOwnerId: ReadonlyMap<number, JavaThread> | undefined;

  constructor(
    private readonly objects: JavaObjects,
    private readonly threads: readonly JavaThread[],
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
    const thread =
      this.byAddress.get(owner) ??
      this.threads.find(({ stack }) => stack !== undefined && owner >= stack.start && owner < stack.end) ??
      this.byNumber().get(owner);
    return thread && this.ownerOfThread(thread);
  }

  /** With lightweight locking each thread keeps a list of what it has locked. */
  private ownerByLockStack(object: number): JavaOwner | undefined {
    const thread = this.threads.find((each) => this.lockStackOf(each).includes(object));
    return thread && this.ownerOfThread(thread);
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
    const thread = this.threads.find((each) => this.factsOf(each)?.object === object);
    if (thread !== undefined) return this.ownerOfThread(thread);
    const name = this.objects.textOf(this.objects.fieldOf(object, "name"));
    return name === undefined ? {} : { name };
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
    for (const address of this.structs.list(klass.address, ["Klass", "_super"]))
      if (this.objects.klasses.klasses[this.objects.klasses.indexAt(address)]?.name === synchronizer)
        return true;
    return false;
  }
}
