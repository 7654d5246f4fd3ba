import { machinePolicy } from "../../session/dumps/machinePolicy";
import type { Command } from "./command";

/** A verb of the command line: its code is read when it is used. */
export interface Verb {
  readonly load: () => Promise<Command>;
  /** Reads little of a dump, so it is done in the process and thread that was started. */
  readonly isBrief?: true;
}

/** Every verb; the order is the order of `exhume help`. */
export const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ["analyze", { load: async () => (await import("./analyze")).analyze }],
  ["suspects", { load: async () => (await import("./suspects")).suspects }],
  ["path", { load: async () => (await import("./path")).pathToRoots }],
  ["dominators", { load: async () => (await import("./dominators")).dominators }],
  ["threads", { load: async () => (await import("./threads")).threads }],
  ["query", { load: async () => (await import("./query")).query }],
  ["inspect", { load: async () => (await import("./inspect")).inspect }],
  ["loaders", { load: async () => (await import("./heapLists")).heapLists.loaders }],
  ["waste", { load: async () => (await import("./heapLists")).heapLists.waste }],
  ["collections", { load: async () => (await import("./heapLists")).heapLists.collections }],
  ["references", { load: async () => (await import("./heapLists")).heapLists.references }],
  ["unreachable", { load: async () => (await import("./heapLists")).heapLists.unreachable }],
  ["properties", { load: async () => (await import("./heapLists")).heapLists.properties }],
  ["allocations", { load: async () => (await import("./heapLists")).heapLists.allocations }],
  ["diff", { load: async () => (await import("./diff")).diff }],
  ["check", { load: async () => (await import("./check")).check }],
  ["bt", { load: async () => (await import("./bt")).bt, isBrief: true }],
  ["goroutines", { load: async () => (await import("./lightThreads")).goroutines }],
  ["virtual-threads", { load: async () => (await import("./lightThreads")).virtualThreads }],
  ["print", { load: async () => (await import("./print")).print, isBrief: true }],
  ["modules", { load: async () => (await import("./modules")).modules, isBrief: true }],
  ["regions", { load: async () => (await import("./regions")).regions }],
  ["malloc", { load: async () => (await import("./malloc")).malloc }],
  ["classes", { load: async () => (await import("./classes")).classes }],
  ["triage", { load: async () => (await import("./triage")).triage }],
  ["crashes", { load: async () => (await import("./crashes")).crashes }],
  ["index", { load: async () => (await import("./indexCommand")).index }],
  ["convert", { load: async () => (await import("./convert")).convert }],
  ["redact", { load: async () => (await import("./redact")).redact }],
  ["scan", { load: async () => (await import("./scan")).scan }],
  ["encrypt", { load: async () => (await import("./encrypt")).encrypt }],
  ["decrypt", { load: async () => (await import("./decrypt")).decrypt }],
]);

/**
 * Whether what was typed needs no process and no thread of its own; so does help. Where something has to be done when a
 * dump is closed nothing is brief: Ctrl+C would end the process before.
 */
export function isBrief([verb, ...rest]: readonly string[]): boolean {
  const { auditLog, atClose } = machinePolicy();
  if (auditLog !== undefined || atClose !== "keep") return false;
  if (verb === undefined || rest.includes("--help") || rest.includes("-h")) return true;
  return verbs.get(verb)?.isBrief === true || !verbs.has(verb);
}

/** What a brief run needs code for: its verb, or help. */
export function useOf([verb, ...rest]: readonly string[]): string {
  const isHelp = verb === undefined || !verbs.has(verb) || rest.includes("--help") || rest.includes("-h");
  return isHelp ? "help" : verb;
}
