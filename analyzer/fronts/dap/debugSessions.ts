import { CoreDebugSession } from "./coreDebugSession";
import type { DebugSessionFactory } from "./dumpDebugAdapter";
import { HeapDebugSession } from "./heapDebugSession";

/** The kinds of dump a debug session can be opened over. */
export const debugSessions: Readonly<Partial<Record<string, DebugSessionFactory>>> = {
  core: (services) => new CoreDebugSession(services),
  heap: (services) => new HeapDebugSession(services),
};
