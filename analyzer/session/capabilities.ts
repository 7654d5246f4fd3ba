import { ExhumeError } from "../base/errors";
import type { Capability } from "../protocol/capabilities";
import type { DumpQuestion } from "../protocol/requests";
import type { DumpFormat } from "./dumpFormat";

/** What a dump must have to be asked; dumps of formats with it answer. */
export const capabilityOfQuestion: { readonly [Question in DumpQuestion]: Capability } = {
  "heap/summary": "objectGraph",
  "heap/histogram": "objectGraph",
  "heap/dominators": "objectGraph",
  "heap/dominatorPath": "objectGraph",
  "heap/suspects": "objectGraph",
  "heap/paths": "objectGraph",
  "heap/pathsOfClass": "objectGraph",
  "heap/incoming": "objectGraph",
  "heap/outgoing": "objectGraph",
  "heap/immediateDominators": "objectGraph",
  "heap/inspect": "objectGraph",
  "heap/classesNamed": "objectGraph",
  "heap/instances": "objectGraph",
  "heap/unreachable": "objectGraph",
  "heap/profile": "objectGraph",
  "heap/shape": "classLoaders",
  "heap/saveCopy": "heapRecords",
  "heap/arrayPart": "fieldValues",
  "heap/query": "fieldValues",
  "heap/completeQuery": "fieldValues",
  "heapDebug/object": "fieldValues",
  "heapDebug/elements": "fieldValues",
  "heapDebug/text": "fieldValues",
  "heapDebug/class": "fieldValues",
  "heapDebug/classNames": "fieldValues",
  "heapDebug/query": "fieldValues",
  "heap/entries": "collections",
  "heap/collections": "collections",
  "heapDebug/entries": "collections",
  "heap/threads": "threads",
  "heap/thread": "threads",
  "heap/stackGroups": "threads",
  "heap/deadlocks": "threads",
  "heapDebug/threads": "threads",
  "heapDebug/locals": "threads",
  "heap/loaders": "classLoaders",
  "heap/duplicateClasses": "classLoaders",
  "heap/waste": "stringContents",
  "heap/references": "referenceObjects",
  "heap/systemProperties": "systemProperties",
  "heap/build": "systemProperties",
  "heap/allocationSites": "allocationSites",
  "heap/allocationTree": "allocationSites",
  "core/summary": "nativeStacks",
  "core/process": "nativeStacks",
  "core/threads": "nativeStacks",
  "core/threadGroups": "nativeStacks",
  "core/backtrace": "nativeStacks",
  "core/locks": "nativeStacks",
  "core/lightThreads": "nativeStacks",
  "core/lightThreadGroups": "nativeStacks",
  "core/variables": "nativeStacks",
  "core/parts": "nativeStacks",
  "core/evaluate": "nativeStacks",
  "core/disassembly": "nativeStacks",
  "core/modules": "modules",
  "core/mappings": "processMemory",
  "core/memory": "processMemory",
  "core/regionAt": "processMemory",
  "core/regions": "processMemory",
  "core/regionSummary": "processMemory",
  "core/malloc": "nativeHeap",
  "core/leaks": "nativeHeap",
  "core/holders": "nativeHeap",
  "core/blocksNamed": "nativeHeap",
  "core/sizeClass": "nativeHeap",
  "core/javaHeap": "embeddedJavaHeap",
  "core/javaClasses": "embeddedJavaHeap",
  "text/summary": "tables",
  "text/table": "tables",
  "triage/evidence": "memoryEvidence",
  "privacy/secrets": "searchableContents",
};

/** What a dump without it does not have, as `… has no threads` goes on. */
const words: Readonly<Record<Capability, string>> = {
  objectGraph: "graph of objects",
  fieldValues: "values of fields",
  threads: "threads",
  classLoaders: "class loaders",
  stringContents: "contents of strings and arrays",
  searchableContents: "contents that can be searched",
  collections: "collections",
  referenceObjects: "reference objects",
  systemProperties: "system properties",
  heapRecords: "records of a Java heap",
  allocationSites: "allocation sites",
  nativeStacks: "native stacks",
  modules: "modules",
  processMemory: "memory of a process",
  nativeHeap: "native heap",
  embeddedJavaHeap: "Java heap of a process",
  tables: "tables",
  memoryEvidence: "figures for triage",
};

export function has({ capabilities }: DumpFormat, capability: Capability): boolean {
  return capabilities.includes(capability);
}

/** @throws ExhumeError `unsupported`, saying what dumps of the format do not have. */
export function requireCapability(format: DumpFormat, capability: Capability, file: string): void {
  if (has(format, capability)) return;
  throw new ExhumeError({ code: "unsupported", file, what: `${format.title} has no ${words[capability]}` });
}

/** @throws ExhumeError `unsupported` when dumps of the format do not answer it, `invalid` when none does. */
export function requireQuestion(format: DumpFormat, method: string, file: string): void {
  if (!Object.hasOwn(capabilityOfQuestion, method)) {
    throw new ExhumeError({ code: "invalid", what: `A dump does not answer ${method}` });
  }
  requireCapability(format, capabilityOfQuestion[method as DumpQuestion], file);
}
