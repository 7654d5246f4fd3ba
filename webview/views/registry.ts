import type { ComponentType } from "preact";
import type { DumpKind } from "../../analyzer/protocol/dump/open";
import type { ViewId } from "../../analyzer/protocol/view/navigation";
import { BytesView } from "./core/bytes";
import { CoreOverview } from "./core/coreOverview";
import { CoreThreadsView } from "./core/coreThreads";
import { JavaHeapView } from "./core/javaHeap";
import { MallocView } from "./core/malloc";
import { ModulesView } from "./core/modules";
import { RegionsView } from "./core/regions";
import { FileOverview } from "./fileOverview";
import { AllocationsView } from "./heap/allocations";
import { CollectionsView } from "./heap/collections";
import { CompareView } from "./heap/compare";
import { DominatorsView } from "./heap/dominators";
import { HeapOverview } from "./heap/heapOverview";
import { HistogramView } from "./heap/histogram";
import { InspectorView } from "./heap/inspector";
import { LoadersView } from "./heap/loaders";
import { PathsView } from "./heap/paths";
import { PropertiesView } from "./heap/properties";
import { QueryView } from "./heap/query";
import { ReferenceKindsView } from "./heap/referenceKinds";
import { SuspectsView } from "./heap/suspects";
import { ThreadsView } from "./heap/threads";
import { WasteView } from "./heap/waste";
import { TablesView } from "./text/tables";
import { TextOverview } from "./text/textOverview";
import { TriageView } from "./triage";
import type { ViewProps } from "./viewProps";

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
