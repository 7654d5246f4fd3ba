import { stateOf, type ThreadState } from "../../heap/java/program/threadState";
import type { JavaObjects } from "./javaObjects";
import type { JavaThread } from "./javaThreads";

/** What a `java.lang.Thread` says of itself. */
export interface JavaThreadFacts {
  /** Of the object. */
  readonly object: number;
  /** Undefined where the text is not in the core, or has been moved by a collector that was at work. */
  readonly name?: string;
  readonly state: ThreadState;
  /** Why it waits, as thread dumps say it: `sleeping`, `parking`, `on object monitor`. */
  readonly reason?: string;
  readonly isDaemon: boolean;
  readonly priority: number;
  /** `Thread.threadId()`. */
  readonly id?: number;
}

/** Bits of JVMTI's GetThreadState. */
const sleeping = 0x40;
const onMonitor = 0x100 | 0x400;
const parked = 0x200;

/** The object of a thread: by a handle since JDK 16, itself before; undefined when it has none yet, or none any more. */
export function threadObjectOf(objects: JavaObjects, { address }: JavaThread): number | undefined {
  return objects.heldBy(address, ["JavaThread", "_threadObj"]);
}

/** @returns undefined for a thread that has no object */
export function javaThreadFacts(objects: JavaObjects, thread: JavaThread): JavaThreadFacts | undefined {
  const object = threadObjectOf(objects, thread);
  return object === undefined ? undefined : factsOfThreadObject(objects, object);
}

export function factsOfThreadObject(objects: JavaObjects, object: number): JavaThreadFacts {
  // From JDK 19 on these are in a FieldHolder.
  const holder = objects.fieldOf(object, "holder") ?? object;
  const status = objects.intOf(holder, "threadStatus");
  const id = objects.longOf(object, "tid");
  const bits = status ?? 0;
  const reason =
    (bits & sleeping) !== 0
      ? "sleeping"
      : (bits & parked) !== 0
        ? "parking"
        : (bits & onMonitor) !== 0
          ? "on object monitor"
          : undefined;
  const name = objects.textOf(objects.fieldOf(object, "name"));
  return {
    object,
    ...(name === undefined ? {} : { name }),
    state: stateOf(status),
    ...(reason === undefined ? {} : { reason }),
    isDaemon: objects.byteOf(holder, "daemon") === 1,
    priority: objects.intOf(holder, "priority") ?? 0,
    ...(id === undefined ? {} : { id }),
  };
}
