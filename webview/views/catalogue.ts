import type { Capability } from "../../analyzer/protocol/capabilities";
import type { ViewId } from "../../analyzer/protocol/view/navigation";

/** What tabs and lists of views say of one. */
export interface ViewEntry {
  readonly id: ViewId;
  readonly title: string;
  /** One sentence for the overview's next steps; leave out to stay off that list. */
  readonly purpose?: string;
  /** What a dump must have for it; absent for what every file has. */
  readonly needs?: Capability;
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
    needs: "objectGraph",
  },
  {
    id: "dominators",
    title: "Dominator Tree",
    purpose: "Which object keeps which memory alive, from the biggest down.",
    needs: "objectGraph",
  },
  {
    id: "histogram",
    title: "Histogram",
    purpose: "How many objects of each class there are and what they hold.",
    needs: "objectGraph",
  },
  {
    id: "threads",
    title: "Threads",
    purpose: "What every thread was doing, and what its frames held.",
    needs: "threads",
  },
  {
    id: "query",
    title: "Query",
    purpose: "Ask for objects by class, fields and sizes in OQL.",
    needs: "fieldValues",
  },
  {
    id: "inspector",
    title: "Inspector",
    needs: "objectGraph",
    isSecondary: true,
  },
  {
    id: "paths",
    title: "Why Alive",
    purpose: "The shortest paths from GC roots to an object, or to the objects of a class.",
    needs: "objectGraph",
    isSecondary: true,
  },
  {
    id: "waste",
    title: "Waste",
    purpose: "Duplicate strings and arrays, empty and sparse collections.",
    needs: "stringContents",
    isSecondary: true,
  },
  {
    id: "compare",
    title: "Compare",
    purpose: "What grew since another dump of the same program, by field, class and collection.",
    needs: "objectGraph",
    isSecondary: true,
  },
  { id: "collections", title: "Collections", needs: "collections", isSecondary: true },
  { id: "referenceKinds", title: "References", needs: "referenceObjects", isSecondary: true },
  { id: "loaders", title: "Class Loaders", needs: "classLoaders", isSecondary: true },
  { id: "properties", title: "Properties", needs: "systemProperties", isSecondary: true },
  { id: "allocations", title: "Allocations", needs: "allocationSites", isSecondary: true },
  {
    id: "coreThreads",
    title: "Threads",
    purpose: "Every thread with its stack, the crashing one first.",
    needs: "nativeStacks",
  },
  {
    id: "modules",
    title: "Modules",
    purpose: "Which binaries are found, missing or of another build.",
    needs: "modules",
  },
  {
    id: "regions",
    title: "Memory",
    purpose: "What every byte of the process was for, and what nobody can explain.",
    needs: "processMemory",
  },
  {
    id: "malloc",
    title: "Malloc",
    purpose: "Used, free, fragmented and leaked blocks of the native heap.",
    needs: "nativeHeap",
  },
  { id: "javaHeap", title: "Java Heap", needs: "embeddedJavaHeap", isAside: true },
  { id: "bytes", title: "Bytes", needs: "processMemory", isAside: true },
  {
    id: "tables",
    title: "Tables",
    purpose: "The lists in this text, to sort and filter.",
    needs: "tables",
  },
  {
    id: "triage",
    title: "Triage",
    purpose: "Which cause of memory growth this speaks for, and what to capture next.",
    needs: "memoryEvidence",
  },
];

export function viewsOf(capabilities: readonly Capability[]): readonly ViewEntry[] {
  return views.filter(({ needs }) => needs === undefined || capabilities.includes(needs));
}
