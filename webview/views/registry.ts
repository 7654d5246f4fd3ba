import type { ComponentType } from "preact";
import type { DumpKind } from "../../analyzer/protocol/dumpRequests";
import type { ViewId, ViewParams } from "../../analyzer/protocol/navigation";
import type { DocumentFacts } from "../../analyzer/protocol/viewMessages";
import { DominatorsView } from "./dominators";
import { FileOverview } from "./fileOverview";
import { HeapOverview } from "./heapOverview";
import { HistogramView } from "./histogram";

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
  readonly component: ComponentType<ViewProps<View>>;
}

export type ViewEntry = { readonly [View in ViewId]: Entry<View> }[ViewId];

/** Every view, in the order of the tabs. The first one of a kind is where a dump opens. */
export const views: readonly ViewEntry[] = [
  { id: "overview", title: "Overview", kinds: ["heap"], component: HeapOverview },
  { id: "overview", title: "Overview", kinds: ["core", "text", "unknown"], component: FileOverview },
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
];

export function viewsOf(kind: DumpKind): readonly ViewEntry[] {
  return views.filter((view) => view.kinds.includes(kind));
}
