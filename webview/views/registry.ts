import type { ComponentType } from "preact";
import type { DumpKind } from "../../analyzer/protocol/dumpRequests";
import type { ViewId, ViewParams } from "../../analyzer/protocol/navigation";
import type { DocumentFacts } from "../../analyzer/protocol/viewMessages";
import { AllocationsView } from "./allocations";
import { BytesView } from "./bytes";
import { CollectionsView } from "./collections";
import { CompareView } from "./compare";
import { CoreOverview } from "./coreOverview";
import { CoreThreadsView } from "./coreThreads";
import { DominatorsView } from "./dominators";
import { FileOverview } from "./fileOverview";
import { HeapOverview } from "./heapOverview";
import { HistogramView } from "./histogram";
import { InspectorView } from "./inspector";
import { JavaHeapView } from "./javaHeap";
import { LoadersView } from "./loaders";
import { MallocView } from "./malloc";
import { ModulesView } from "./modules";
import { PathsView } from "./paths";
import { PropertiesView } from "./properties";
import { QueryView } from "./query";
import { ReferenceKindsView } from "./referenceKinds";
import { RegionsView } from "./regions";
import { SuspectsView } from "./suspects";
import { TablesView } from "./tables";
import { TextOverview } from "./textOverview";
import { ThreadsView } from "./threads";
import { TriageView } from "./triage";
import { WasteView } from "./waste";

/** What every view is drawn with. A new `params` object means: go there (again). */
export interface ViewProps<View extends ViewId = ViewId> {
  readonly facts: DocumentFacts;
  readonly params: ViewParams[View];
}

interface Entry<View extends ViewId> {
  readonly id: View;
  readonly title: string;
  /** One sentence for the overview's next steps; leave out to stay off that list. */
  readonly purpose?: string;
  readonly kinds: readonly DumpKind[];
  /** Reached from a place in another view: it has a tab only while it is shown. */
  readonly isAside?: true;
  readonly component: ComponentType<ViewProps<View>>;
}

export type ViewEntry = { readonly [View in ViewId]: Entry<View> }[ViewId];

/** Every view, in the order of the tabs. The first one of a kind is where a dump opens. */
export const views: readonly ViewEntry[] = [
  { id: "overview", title: "Overview", kinds: ["heap"], component: HeapOverview },
  { id: "overview", title: "Overview", kinds: ["core"], component: CoreOverview },
  { id: "overview", title: "Overview", kinds: ["text"], component: TextOverview },
  { id: "overview", title: "Overview", kinds: ["unknown"], component: FileOverview },
  {
    id: "suspects",
    title: "Leak Suspects",
    purpose: "What probably leaks, with the evidence and the field that holds it.",
    kinds: ["heap"],
    component: SuspectsView,
  },
  {
    id: "dominators",
    title: "Dominator Tree",
    purpose: "Which object keeps which memory alive, from the biggest down.",
    kinds: ["heap"],
    component: DominatorsView,
  },
  {
    id: "histogram",
    title: "Histogram",
    purpose: "How many objects of each class there are and what they hold.",
    kinds: ["heap"],
    component: HistogramView,
  },
  {
    id: "threads",
    title: "Threads",
    purpose: "What every thread was doing, and what its frames held.",
    kinds: ["heap"],
    component: ThreadsView,
  },
  {
    id: "inspector",
    title: "Inspector",
    kinds: ["heap"],
    component: InspectorView,
  },
  {
    id: "paths",
    title: "Why Alive",
    purpose: "The shortest paths from GC roots to an object, or to the objects of a class.",
    kinds: ["heap"],
    component: PathsView,
  },
  {
    id: "query",
    title: "Query",
    purpose: "Ask for objects by class, fields and sizes in OQL.",
    kinds: ["heap"],
    component: QueryView,
  },
  {
    id: "waste",
    title: "Waste",
    purpose: "Duplicate strings and arrays, empty and sparse collections.",
    kinds: ["heap"],
    component: WasteView,
  },
  {
    id: "compare",
    title: "Compare",
    purpose: "What grew since another dump of the same program, by field, class and collection.",
    kinds: ["heap"],
    component: CompareView,
  },
  { id: "collections", title: "Collections", kinds: ["heap"], component: CollectionsView },
  { id: "referenceKinds", title: "References", kinds: ["heap"], component: ReferenceKindsView },
  { id: "loaders", title: "Class Loaders", kinds: ["heap"], component: LoadersView },
  { id: "properties", title: "Properties", kinds: ["heap"], component: PropertiesView },
  { id: "allocations", title: "Allocations", kinds: ["heap"], component: AllocationsView },
  {
    id: "coreThreads",
    title: "Threads",
    purpose: "Every thread with its stack, the crashing one first.",
    kinds: ["core"],
    component: CoreThreadsView,
  },
  {
    id: "modules",
    title: "Modules",
    purpose: "Which binaries are found, missing or of another build.",
    kinds: ["core"],
    component: ModulesView,
  },
  {
    id: "regions",
    title: "Memory",
    purpose: "What every byte of the process was for, and what nobody can explain.",
    kinds: ["core"],
    component: RegionsView,
  },
  {
    id: "malloc",
    title: "Malloc",
    purpose: "Used, free, fragmented and leaked blocks of the native heap.",
    kinds: ["core"],
    component: MallocView,
  },
  { id: "javaHeap", title: "Java Heap", kinds: ["core"], isAside: true, component: JavaHeapView },
  { id: "bytes", title: "Bytes", kinds: ["core"], isAside: true, component: BytesView },
  {
    id: "tables",
    title: "Tables",
    purpose: "The lists in this text, to sort and filter.",
    kinds: ["text"],
    component: TablesView,
  },
  {
    id: "triage",
    title: "Triage",
    purpose: "Which cause of memory growth this speaks for, and what to capture next.",
    kinds: ["heap", "core", "text"],
    component: TriageView,
  },
];

export function viewsOf(kind: DumpKind): readonly ViewEntry[] {
  return views.filter((view) => view.kinds.includes(kind));
}
