import type { DocumentFacts } from "../../analyzer/protocol/view/hostMessages";
import type { ViewId, ViewParams } from "../../analyzer/protocol/view/navigation";

/** What every view is drawn with. A new `params` object means: go there (again). */
export interface ViewProps<View extends ViewId = ViewId> {
  readonly facts: DocumentFacts;
  readonly params: ViewParams[View];
}
