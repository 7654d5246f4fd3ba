import { readFileSync } from "node:fs";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { memoryDominators } from "../../../analyzer/heap/graph/memory/memoryDominators";
import { openMemoryGraph } from "../../../analyzer/heap/graph/memory/openMemoryGraph";
import type { ObjectIndex } from "../../../analyzer/heap/graph/nodes";
import { inProcess } from "../../../analyzer/heap/graph/parallel";
import { phdAdapter } from "../../../analyzer/heap/phd/phdAdapter";
import { asInThreads } from "../../build/asInThreads";
import type { Comparison } from "./compareHistogram";

/** Fixture of MAT's DominatorTreeTest: an object that dominates 8 others and keeps 13 in 256 bytes. */
const root = "org.eclipse.mat.tests.CreateSampleDump$DominatorTestData$R";

/** A portable heap dump against the javacore that the same JVM wrote, and against MAT's dominator test. */
export async function comparePhd(path: string, javacore: string): Promise<Comparison> {
  const source = new BytesSource(path, readFileSync(path));
  const problems = new ProblemList();
  const { graph, classNames } = phdAdapter.read(source, problems, unwatched);
  const parallel = asInThreads(inProcess(source, unwatched));
  const dominators = await memoryDominators(graph, {}, parallel, unwatched);
  const opened = openMemoryGraph(graph, { dominators });
  const keptBy = (object: ObjectIndex): number =>
    [...opened.dominatedNodes(object)].reduce((sum, node) => sum + keptBy(node as ObjectIndex), 1);
  const figures: [string, unknown, unknown][] = [
    ["classes", [...javacore.matchAll(/^3CLTEXTCLASS/gm)].length, classNames.size],
    ["problems besides the missing roots", 0, problems.toArray().length - 1],
    ["reachable objects", graph.ids.length, dominators.reachableObjects],
  ];
  const [type] = opened.types.findByName(root);
  if (type !== undefined && /IBM J9 2\.4/.test(javacore)) {
    opened.forEachInstance(type, (object) => {
      figures.push(["retained by R", 256, opened.retainedSizeOf(object)]);
      figures.push(["dominated by R", 8, opened.dominatedCountOf(object)]);
      figures.push(["objects kept by R", 13, keptBy(object)]);
      return undefined;
    });
  }
  const different = figures.filter(([, there, here]) => there !== here);
  return {
    equal: figures.length - different.length,
    different: different.map(([what, there, here]) => `${what}: ${there} there, ${here} here`),
  };
}
