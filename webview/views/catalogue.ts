import type { DumpKind } from "../../analyzer/protocol/dumpRequests";
import type { ViewId } from "../../analyzer/protocol/navigation";

/** What tabs and lists of views say of one. */
export interface ViewEntry {
  readonly id: ViewId;
  readonly title: string;
  /** One sentence for the overview's next steps; leave out to stay off that list. */
  readonly purpose?: string;
  readonly kinds: readonly DumpKind[];
  /** Reached from a place in another view: it has a tab only while it is shown. */
  readonly isAside?: true;
}

/** Every view, in the order of the tabs. The first one of a kind is where a dump opens. */
const views: readonly ViewEntry[] = [
  { id: "overview", title: "Overview", kinds: ["heap", "core", "text", "unknown"] },
  {
    id: "suspects",
    title: "Leak Suspects",
    purpose: "What probably leaks, with the evidence and the field that holds it.",
    kinds: ["heap"],
  },
  {
    id: "dominators",
    title: "Dominator Tree",
    purpose: "Which object keeps which memory alive, from the biggest down.",
    kinds: ["heap"],
  },
  {
    id: "histogram",
    title: "Histogram",
    purpose: "How many objects of each class there are and what they hold.",
    kinds: ["heap"],
  },
  {
    id: "threads",
    title: "Threads",
    purpose: "What every thread was doing, and what its frames held.",
    kinds: ["heap"],
  },
  {
    id: "inspector",
    title: "Inspector",
    kinds: ["heap"],
  },
  {
    id: "paths",
    title: "Why Alive",
    purpose: "The shortest paths from GC roots to an object, or to the objects of a class.",
    kinds: ["heap"],
  },
  {
    id: "query",
    title: "Query",
    purpose: "Ask for objects by class, fields and sizes in OQL.",
    kinds: ["heap"],
  },
  {
    id: "waste",
    title: "Waste",
    purpose: "Duplicate strings and arrays, empty and sparse collections.",
    kinds: ["heap"],
  },
  {
    id: "compare",
    title: "Compare",
    purpose: "What grew since another dump of the same program, by field, class and collection.",
    kinds: ["heap"],
  },
  { id: "collections", title: "Collections", kinds: ["heap"] },
  { id: "referenceKinds", title: "References", kinds: ["heap"] },
  { id: "loaders", title: "Class Loaders", kinds: ["heap"] },
  { id: "properties", title: "Properties", kinds: ["heap"] },
  { id: "allocations", title: "Allocations", kinds: ["heap"] },
  {
    id: "coreThreads",
    title: "Threads",
    purpose: "Every thread with its stack, the crashing one first.",
    kinds: ["core"],
  },
  {
    id: "modules",
    title: "Modules",
    purpose: "Which binaries are found, missing or of another build.",
    kinds: ["core"],
  },
  {
    id: "regions",
    title: "Memory",
    purpose: "What every byte of the process was for, and what nobody can explain.",
    kinds: ["core"],
  },
  {
    id: "malloc",
    title: "Malloc",
    purpose: "Used, free, fragmented and leaked blocks of the native heap.",
    kinds: ["core"],
  },
  { id: "javaHeap", title: "Java Heap", kinds: ["core"], isAside: true },
  { id: "bytes", title: "Bytes", kinds: ["core"], isAside: true },
  {
    id: "tables",
    title: "Tables",
    purpose: "The lists in this text, to sort and filter.",
    kinds: ["text"],
  },
  {
    id: "triage",
    title: "Triage",
    purpose: "Which cause of memory growth this speaks for, and what to capture next.",
    kinds: ["heap", "core", "text"],
  },
];

export function viewsOf(kind: DumpKind): readonly ViewEntry[] {
  return views.filter((view) => view.kinds.includes(kind));
}
