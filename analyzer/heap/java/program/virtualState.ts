import { dictionary } from "../../../base/dictionary";
import type { Heap, ObjectIndex } from "../../heap";
import { numberIn } from "../objects/fieldReads";
import { perHeap } from "../objects/perHeap";
import type { ThreadState } from "./threadState";

/** Constants of `VirtualThread`, whose numbers changed with nearly every JDK; on the way to a wait a thread still runs. */
export const virtualStateByConstant: Readonly<Record<string, ThreadState>> = dictionary({
  NEW: "new",
  STARTED: "runnable",
  RUNNABLE: "runnable",
  RUNNING: "runnable",
  PARKING: "runnable",
  PARKED: "waiting",
  PINNED: "waiting",
  TIMED_PARKING: "runnable",
  TIMED_PARKED: "timed waiting",
  TIMED_PINNED: "timed waiting",
  UNPARKED: "runnable",
  YIELDING: "runnable",
  YIELDED: "runnable",
  BLOCKING: "runnable",
  BLOCKED: "blocked",
  UNBLOCKED: "runnable",
  WAITING: "runnable",
  WAIT: "waiting",
  TIMED_WAITING: "runnable",
  TIMED_WAIT: "timed waiting",
  TERMINATED: "terminated",
});

/** A bit beside the number of the state. */
export const virtualThreadSuspended = 0x100;

const stateByNumber = perHeap((heap): ReadonlyMap<number, ThreadState> => {
  const [type] = heap.classes.findByName("java.lang.VirtualThread");
  if (type === undefined) return new Map();
  return new Map(
    heap.classes.staticFieldsOf(type).flatMap(({ name, value }) => {
      const state = virtualStateByConstant[name];
      return state === undefined || value.type === "object" ? [] : [[Number(value.value), state] as const];
    }),
  );
});

export function virtualStateOf(heap: Heap, object: ObjectIndex): ThreadState {
  const state = (numberIn(heap, object, "state") ?? -1) & ~virtualThreadSuspended;
  return stateByNumber(heap).get(state) ?? "unknown";
}
