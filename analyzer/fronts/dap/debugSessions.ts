import type { DebugSessionFactory } from "./dumpDebugAdapter";

/** The kinds of dump a debug session can be opened over. */
export const debugSessions: Readonly<Partial<Record<string, DebugSessionFactory>>> = {};
