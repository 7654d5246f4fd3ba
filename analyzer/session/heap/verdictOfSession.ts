import { ExhumeError } from "../../base/errors";
import type { HeapVerdict } from "../../protocol/heap/suspects";
import type { DumpSession } from "../dumpSession";
import { unknownVerdict } from "./heapVerdict";

/** The verdict on a heap for fronts that have more to say: where the memory budget forbids one, that it is not known. */
export async function verdictOfSession(session: DumpSession, signal?: AbortSignal): Promise<HeapVerdict> {
  try {
    return (await session.ask("heap/suspects", {}, signal)).verdict;
  } catch (error) {
    if (error instanceof ExhumeError && error.fault.code === "overBudget") return unknownVerdict;
    throw error;
  }
}
