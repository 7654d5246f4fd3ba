import { javaHeapRequests } from "./core/javaHeap";
import { coreLightThreadRequests } from "./core/lightThreads";
import { coreLockRequests } from "./core/locks";
import { mallocRequests } from "./core/malloc";
import { coreMemoryRequests } from "./core/memory";
import { coreModuleRequests } from "./core/modules";
import { coreProcessRequests } from "./core/process";
import { regionRequests } from "./core/regions";
import { coreStackRequests } from "./core/stacks";
import { coreVariableRequests } from "./core/variables";
import type { DebugMessage } from "./debug/tunnel";
import { debugRequests } from "./debug/tunnel";
import { crashRequests } from "./dump/crashes";
import { investigationRequests } from "./dump/investigation";
import { type DumpProgress, type DumpStateChanged, dumpRequests } from "./dump/open";
import { allocationRequests } from "./heap/allocations";
import { copyRequests } from "./heap/copies";
import { heapDebugRequests } from "./heap/debugging";
import { dominatorRequests } from "./heap/dominators";
import { growthRequests, heapProfileRequests } from "./heap/growth";
import { histogramRequests } from "./heap/histogram";
import { inspectorRequests } from "./heap/inspector";
import { loaderRequests } from "./heap/loaders";
import { pathRequests } from "./heap/paths";
import { privacyRequests } from "./heap/privacy";
import { queryRequests } from "./heap/query";
import { heapSummaryRequests } from "./heap/summary";
import { suspectRequests } from "./heap/suspects";
import { threadRequests } from "./heap/threads";
import { wasteRequests } from "./heap/waste";
import { secretRequests } from "./privacy/secrets";
import type { ParamsIn, ResultIn } from "./request";
import { sourceRequests } from "./source/sources";
import { textRequests } from "./text/tables";
import { evidenceRequests, verdictRequests } from "./triage/verdict";

/** Asked of one heap dump. */
const heapRequests = {
  ...allocationRequests,
  ...dominatorRequests,
  ...heapProfileRequests,
  ...heapSummaryRequests,
  ...histogramRequests,
  ...inspectorRequests,
  ...loaderRequests,
  ...pathRequests,
  ...privacyRequests,
  ...queryRequests,
  ...heapDebugRequests,
  ...suspectRequests,
  ...threadRequests,
  ...wasteRequests,
};

const coreRequests = {
  ...coreLightThreadRequests,
  ...coreLockRequests,
  ...coreMemoryRequests,
  ...coreModuleRequests,
  ...coreProcessRequests,
  ...coreStackRequests,
  ...coreVariableRequests,
  ...javaHeapRequests,
  ...mallocRequests,
  ...regionRequests,
};

/**
 * Every request the analyzer answers, by LSP method name without the `exhume/` prefix. Callers and handlers derive
 * their types from here, the front its checks; a method that is not listed cannot be sent or answered.
 */
export const requests = {
  ...copyRequests,
  ...coreRequests,
  ...crashRequests,
  ...debugRequests,
  ...dumpRequests,
  ...evidenceRequests,
  ...secretRequests,
  ...growthRequests,
  ...heapRequests,
  ...investigationRequests,
  ...sourceRequests,
  ...textRequests,
  ...verdictRequests,
};

/** What a dump answers by itself. */
export type DumpQuestion = keyof (typeof copyRequests &
  typeof coreRequests &
  typeof evidenceRequests &
  typeof secretRequests &
  typeof heapRequests &
  typeof textRequests);

/** What a view may ask about its own dump; the rest opens, closes, writes and deletes files, or reads any. */
export const questions = {
  ...coreRequests,
  ...growthRequests,
  ...heapRequests,
  ...secretRequests,
  ...textRequests,
  ...verdictRequests,
  "dump/problems": dumpRequests["dump/problems"],
  "notes/list": investigationRequests["notes/list"],
  "notes/write": investigationRequests["notes/write"],
  "source/field": sourceRequests["source/field"],
};
export type Question = Extract<keyof typeof questions, string>;

export type Method = keyof typeof requests;
export type ParamsOf<M extends Method> = ParamsIn<(typeof requests)[M]>;
export type ResultOf<M extends Method> = ResultIn<(typeof requests)[M]>;

/** False for names nobody declared, whatever objects inherit. */
export function isMethod(name: string): name is Method {
  return Object.hasOwn(requests, name);
}

/** Notifications from the analyzer to its client. */
export interface AnalyzerNotifications {
  "dump/stateChanged": DumpStateChanged;
  "dump/progress": DumpProgress;
  "debug/message": DebugMessage;
}

export type NotificationName = keyof AnalyzerNotifications;

/** Puts our messages in a name space of their own beside the standard LSP ones. */
export const methodPrefix = "exhume/";
