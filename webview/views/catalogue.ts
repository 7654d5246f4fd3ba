import type { Capability } from "../../analyzer/protocol/capabilities";
import type { ViewId } from "../../analyzer/protocol/view/navigation";
import { isShown } from "../../analyzer/protocol/view/viewNeeds";

/** What tabs and lists of views say of one. */
export interface ViewEntry {
  readonly id: ViewId;
  readonly title: string;
  /** One sentence for the overview's next steps; leave out to stay off that list. */
  readonly purpose?: string;
  /** Reached from a place in another view: it has a tab only while it is shown. */
  readonly isAside?: true;
  /** Asked for less often: in the menu behind the tabs. */
  readonly isSecondary?: true;
}

/** Every view, in the order of the tabs. The first one is where a dump opens. */
const views: readonly ViewEntry[] = [
  { id: "overview", title: "Overview" },
  {
    id: "suspects",
    title: "Leak Suspects",
    purpose: "What probably leaks, with the evidence and the field that holds it.",
  },
  {
    id: "dominators",
    title: "Dominator Tree",
    purpose: "Which object keeps which memory alive, from the biggest down.",
  },
  {
    id: "histogram",
    title: "Histogram",
    purpose: "How many objects of each class there are and what they hold.",
  },
  {
    id: "threads",
    title: "Threads",
    purpose: "What every thread was doing, and what its frames held.",
  },
  {
    id: "query",
    title: "Query",
    purpose: "Ask for objects by class, fields and sizes in OQL.",
  },
  {
    id: "inspector",
    title: "Inspector",
    isSecondary: true,
  },
  {
    id: "paths",
    title: "Why Alive",
    purpose: "The shortest paths from GC roots to an object, or to the objects of a class.",
    isSecondary: true,
  },
  {
    id: "waste",
    title: "Waste",
    purpose: "Duplicate strings and arrays, empty and sparse collections.",
    isSecondary: true,
  },
  {
    id: "compare",
    title: "Compare",
    purpose: "What grew since another dump of the same program, by field, class and collection.",
    isSecondary: true,
  },
  { id: "collections", title: "Collections", isSecondary: true },
  { id: "referenceKinds", title: "References", isSecondary: true },
  { id: "loaders", title: "Class Loaders", isSecondary: true },
  { id: "properties", title: "Properties", isSecondary: true },
  { id: "allocations", title: "Allocations", isSecondary: true },
  {
    id: "coreThreads",
    title: "Threads",
    purpose: "Every thread with its stack, the crashing one first.",
  },
  {
    id: "modules",
    title: "Modules",
    purpose: "Which binaries are found, missing or of another build.",
  },
  {
    id: "regions",
    title: "Memory",
    purpose: "What every byte of the process was for, and what nobody can explain.",
  },
  {
    id: "malloc",
    title: "Malloc",
    purpose: "Used, free, fragmented and leaked blocks of the native heap.",
  },
  { id: "javaHeap", title: "Java Heap", isAside: true },
  { id: "bytes", title: "Bytes", isAside: true },
  {
    id: "tables",
    title: "Tables",
    purpose: "The lists in this text, to sort and filter.",
  },
  {
    id: "triage",
    title: "Triage",
    purpose: "Which cause of memory growth this speaks for, and what to capture next.",
  },
];

export function viewsOf(capabilities: readonly Capability[]): readonly ViewEntry[] {
  return views.filter(({ id }) => isShown(id, capabilities));
}
