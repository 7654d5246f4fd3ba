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

const overviews: Readonly<Record<DumpKind, ComponentType<ViewProps<"overview">>>> = {
  heap: HeapOverview,
  core: CoreOverview,
  text: TextOverview,
  unknown: FileOverview,
};

const components: { readonly [View in Exclude<ViewId, "overview">]: ComponentType<ViewProps<View>> } = {
  suspects: SuspectsView,
  dominators: DominatorsView,
  histogram: HistogramView,
  threads: ThreadsView,
  inspector: InspectorView,
  paths: PathsView,
  query: QueryView,
  waste: WasteView,
  compare: CompareView,
  collections: CollectionsView,
  referenceKinds: ReferenceKindsView,
  loaders: LoadersView,
  properties: PropertiesView,
  allocations: AllocationsView,
  coreThreads: CoreThreadsView,
  modules: ModulesView,
  regions: RegionsView,
  malloc: MallocView,
  javaHeap: JavaHeapView,
  bytes: BytesView,
  tables: TablesView,
  triage: TriageView,
};

/** What draws a view of a dump of that kind. */
export function componentOf(view: ViewId, kind: DumpKind): ComponentType<ViewProps> {
  // Every id is paired with a component for its own params; TypeScript cannot follow the pairing here.
  return (view === "overview" ? overviews[kind] : components[view]) as ComponentType<ViewProps>;
}
