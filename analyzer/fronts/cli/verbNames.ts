import { machinePolicy } from "../../session/dumps/machinePolicy";

/** Every verb; the order is the order of `exhume help`. */
export const verbNames = [
  "analyze",
  "suspects",
  "path",
  "dominators",
  "threads",
  "query",
  "inspect",
  "loaders",
  "waste",
  "collections",
  "references",
  "unreachable",
  "properties",
  "allocations",
  "diff",
  "check",
  "bt",
  "goroutines",
  "virtual-threads",
  "print",
  "modules",
  "regions",
  "malloc",
  "classes",
  "triage",
  "crashes",
  "index",
  "convert",
  "redact",
  "scan",
  "encrypt",
  "decrypt",
] as const;

export type VerbName = (typeof verbNames)[number];

/** They read little of a dump, so they are done in the process and thread that was started. */
const briefVerbs: ReadonlySet<string> = new Set<VerbName>(["bt", "print", "modules"]);

export function isVerb(name: string): name is VerbName {
  return (verbNames as readonly string[]).includes(name);
}

/** What asks for nothing but help: anything that is not a verb, too. */
function asksForHelp([verb, ...rest]: readonly string[]): boolean {
  return verb === undefined || !isVerb(verb) || rest.includes("--help") || rest.includes("-h");
}

/**
 * Whether what was typed needs no process and no thread of its own; so does help. Where something has to be done when a
 * dump is closed nothing is brief: Ctrl+C would end the process before.
 */
export function isBrief(args: readonly string[]): boolean {
  const { auditLog, atClose } = machinePolicy();
  if (auditLog !== undefined || atClose !== "keep") return false;
  return asksForHelp(args) || briefVerbs.has(args[0]!);
}

/** What a brief run needs code for: its verb, or help. */
export function useOf(args: readonly string[]): string {
  return asksForHelp(args) ? "help" : args[0]!;
}
