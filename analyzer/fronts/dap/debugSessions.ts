import type { DebugSessionFactory } from "./dumpDebugAdapter";
import { HeapDebugSession } from "./heapDebugSession";

/** The kinds of dump a debug session can be opened over. */
export const debugSessions: Readonly<Partial<Record<string, DebugSessionFactory>>> = {
  heap: (services) => new HeapDebugSession(services),
};
