import type { AllocationRequests } from "./allocationRequests";
import type { CoreDebugRequests } from "./coreDebugRequests";
import type { CoreRequests } from "./coreRequests";
import type { DebugMessage, DebugRequests } from "./debugRequests";
import type { DumpRequests, DumpStateChanged } from "./dumpRequests";
import type { DumpsRequests } from "./dumpsRequests";
import type { HeapComparisonRequests, HeapQuestionRequests } from "./heapQuestionRequests";
import type { HeapRequests } from "./heapRequests";
import type { JavaHeapRequests } from "./javaHeapRequests";
import type { RegionRequests } from "./regionRequests";
import type { ShownRequests } from "./shownRequests";
import type { SourceRequests } from "./sourceRequests";
import type { TriageRequests } from "./triageRequests";

/**
 * Every request the analyzer answers, by LSP method name without the `exhume/` prefix. Callers and handlers
 * derive their types from here; a method that is not listed cannot be sent or answered.
 */
export interface AnalyzerRequests
  extends AllocationRequests,
    CoreRequests,
    CoreDebugRequests,
    DebugRequests,
    DumpRequests,
    DumpsRequests,
    HeapComparisonRequests,
    HeapQuestionRequests,
    HeapRequests,
    JavaHeapRequests,
    ShownRequests,
    SourceRequests,
    RegionRequests,
    TriageRequests {}

export type Method = keyof AnalyzerRequests;
export type ParamsOf<M extends Method> = AnalyzerRequests[M]["params"];
export type ResultOf<M extends Method> = AnalyzerRequests[M]["result"];

/** Notifications from the analyzer to its client. */
export interface AnalyzerNotifications {
  "dump/stateChanged": DumpStateChanged;
  "debug/message": DebugMessage;
}

export type NotificationName = keyof AnalyzerNotifications;

/** Puts our messages in a name space of their own beside the standard LSP ones. */
export const methodPrefix = "exhume/";
