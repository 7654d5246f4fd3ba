import { describe, expect, it } from "vitest";
import { formatHex } from "../../../analyzer/base/units";
import { unwatched } from "../../../analyzer/base/work";
import { type Heap, isObject, type ObjectIndex, unreachable } from "../../../analyzer/heap/heap";
import { allSoftness, pathsToRoots } from "../../../analyzer/heap/java/paths/paths";
import { classLoaders } from "../../../analyzer/heap/java/program/loaders";
import { findJdks, makeJavaDump } from "../../build/javaDumps";
import { askVisualVm, leakDump } from "../../build/leakDumps";
import { openFile } from "../../build/openFile";

const jdk = findJdks()[0]!;

/** Objects of all over the heap: reachable instances and arrays, evenly. */
function sampleOf(heap: Heap, count: number): ObjectIndex[] {
  const stride = Math.floor(heap.instanceCount / count);
  return Array.from({ length: count }, (_, at) => (at * stride) as ObjectIndex).filter(
    (object) => heap.immediateDominatorOf(object) !== unreachable,
  );
}

describe("VisualVM's heap library", () => {
  it("agrees on immediate dominators and on the length of shortest paths", async () => {
    const dump = leakDump(jdk, "RequestKeyedMap");
    const heap = await openFile(dump);
    const sample = sampleOf(heap, 400);
    const judged = askVisualVm(
      jdk,
      new Map([[dump, sample.map((object) => formatHex(heap.idOf(object)))]]),
    ).get(dump)!;
    const wrong: string[] = [];
    for (const object of sample) {
      const id = formatHex(heap.idOf(object));
      const { pathLength, immediateDominator } = judged.get(id)!;
      const dominator = heap.immediateDominatorOf(object);
      const own = isObject(dominator) ? formatHex(heap.idOf(dominator)) : "0x0";
      const [path] = pathsToRoots(heap, object, { maximumPaths: 1, exclude: allSoftness }, unwatched).paths;
      const length = path?.steps.length ?? 0;
      const what = `${id}, a ${heap.classNameOf(object)}`;
      if (length !== pathLength) wrong.push(`${what}: a path of ${length}, VisualVM ${pathLength}`);
      if (own !== immediateDominator) wrong.push(`${what}: dominator ${own}, VisualVM ${immediateDominator}`);
    }
    expect(sample.length).toBeGreaterThan(300);
    expect(wrong).toEqual([]);
  });
});

describe("jcmd VM.classloaders", () => {
  it("has the same tree of class loaders", async () => {
    const { dump, texts } = await makeJavaDump({
      program: "LoaderTree.java",
      jdk,
      texts: { loaders: ["VM.classloaders", "fold=false"] },
    });
    const heap = await openFile(dump);
    const loaders = classLoaders(heap);
    const className = (id: bigint): string =>
      loaders.find((loader) => loader.id === id)?.className || "<bootstrap>";
    const own = loaders.map(({ id, parentId }) =>
      parentId === undefined ? className(id) : `${className(parentId)} > ${className(id)}`,
    );
    expect(own.sort()).toEqual(printedTree(texts["loaders"]!));
    expect(own.filter((line) => line.includes("LoaderTree$"))).toHaveLength(3);
  });
});

/** Lines `parent > loader` of the tree that jcmd draws. */
function printedTree(text: string): string[] {
  const above: { readonly indent: number; readonly name: string }[] = [];
  const lines: string[] = [];
  for (const line of text.split("\n")) {
    const match = /^(.*)\+-- (?:".*", )?(\S+)/.exec(line);
    if (match === null) continue;
    const indent = match[1]!.length;
    while ((above.at(-1)?.indent ?? -1) >= indent) above.pop();
    const parent = above.at(-1)?.name;
    lines.push(parent === undefined ? match[2]! : `${parent} > ${match[2]!}`);
    above.push({ indent, name: match[2]! });
  }
  return lines.sort();
}
