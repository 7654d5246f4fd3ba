import { CoreDebugSession } from "./coreDebugSession";
import type { DebugSessionFactory } from "./dumpDebugAdapter";
import { HeapDebugSession } from "./heapDebugSession";

/** The debug sessions there are; a dump gets the first one it has enough for. */
export const debugSessions: readonly DebugSessionFactory[] = [
  { needs: "nativeStacks", open: (services) => new CoreDebugSession(services) },
  { needs: "threads", open: (services) => new HeapDebugSession(services) },
];
