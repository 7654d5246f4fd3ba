import type { Capability } from "../capabilities";
import type { ViewId } from "./navigation";

/** What a dump must have for a view; every file has what is not listed. */
export const viewNeeds: Readonly<Partial<Record<ViewId, Capability>>> = {
  suspects: "objectGraph",
  dominators: "objectGraph",
  histogram: "objectGraph",
  threads: "threads",
  query: "fieldValues",
  inspector: "objectGraph",
  paths: "objectGraph",
  waste: "stringContents",
  compare: "objectGraph",
  collections: "collections",
  referenceKinds: "referenceObjects",
  loaders: "classLoaders",
  properties: "systemProperties",
  allocations: "allocationSites",
  coreThreads: "nativeStacks",
  modules: "modules",
  regions: "processMemory",
  malloc: "nativeHeap",
  javaHeap: "embeddedJavaHeap",
  bytes: "processMemory",
  tables: "tables",
  triage: "memoryEvidence",
};

/** Whether a dump with these capabilities has a view. */
export function isShown(view: ViewId, capabilities: readonly Capability[]): boolean {
  const need = viewNeeds[view];
  return need === undefined || capabilities.includes(need);
}
