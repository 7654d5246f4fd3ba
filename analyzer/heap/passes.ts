import { compactPass, foldPass } from "./graph/dominators/graphPasses";
import { countPredecessors, fillPredecessors } from "./graph/dominators/joinPredecessors";
import { edgePass } from "./hprof/index/edgePass";
import { scanPass } from "./hprof/index/scanPass";

/** Every pass that can run in another thread, by name. */
export const passes = {
  scan: scanPass,
  edges: edgePass,
  fold: foldPass,
  compact: compactPass,
  countPredecessors,
  fillPredecessors,
} as const;

export type PassName = keyof typeof passes;
export type PassInput<Name extends PassName> = Parameters<(typeof passes)[Name]>[0];
export type PassOutput<Name extends PassName> = ReturnType<(typeof passes)[Name]>;
