import { compactPass, foldPass } from "./graph/dominators/graphPasses";
import { countPredecessorsPass, fillPredecessorsPass } from "./graph/dominators/joinPredecessors";
import type { Pass } from "./graph/parallel";
import { edgePass, referencePass } from "./hprof/edges/edgePass";
import { scanPass } from "./hprof/scan/scanPass";

/** What a thread runs is whatever it was sent: of the pass it only knows the name. */
export type AnyPass = Pass<unknown, unknown>;

/** Every pass that can run in another thread: a format that brings its own adds them here. */
const passes: readonly Pass<never, unknown>[] = [
  scanPass,
  edgePass,
  referencePass,
  foldPass,
  compactPass,
  countPredecessorsPass,
  fillPredecessorsPass,
];

const passesByName: ReadonlyMap<string, AnyPass> = new Map(
  passes.map((pass) => [pass.name, pass as AnyPass]),
);

/** @throws Error when there is none of the name: the caller runs a pass that is not listed above. */
export function passNamed(name: string): AnyPass {
  const pass = passesByName.get(name);
  if (pass === undefined) throw new Error(`There is no pass ${name} in heap/passes.ts.`);
  return pass;
}
