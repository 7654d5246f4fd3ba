// One measured run over one dump, in a process of its own: prints a line of JSON.
import { openHeap } from "../../analyzer/heap/graph/openHeap";
import { virtualRoot } from "../../analyzer/heap/heap";
import { buildHeapIndex } from "../../analyzer/heap/index/buildHeapIndex";
import { collectGarbage } from "../../analyzer/session/collectGarbage";
import { FileSource } from "../../analyzer/session/fileSource";
import { openPassRunner } from "../../analyzer/session/parallelPasses";

async function main(): Promise<void> {
  const [file = "", folder = "", mode = "full"] = process.argv.slice(2);
  const source = FileSource.open(file);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  if (mode === "read") {
    const chunk = new Uint8Array(4 << 20);
    for (let at = 0; at < source.byteLength; ) at += source.read(at, chunk);
    report({ seconds: seconds(), bytes: source.byteLength });
    return;
  }
  const work = { throwIfCancelled: () => undefined, report: () => undefined };
  const runner = openPassRunner(source.share(), folder, work);
  let histogramSeconds = 0;
  let histogramBytes = 0;
  const onHistogram = (): void => {
    histogramSeconds = seconds();
    histogramBytes = process.resourceUsage().maxRSS * 1024;
  };
  const columns = await buildHeapIndex(source, { onHistogram, collectGarbage }, runner, work);
  await runner.close();
  const full = seconds();
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const cpu = process.cpuUsage();
  collectGarbage();
  const heap = openHeap(columns, source);
  const pageStarted = performance.now();
  const top = heap.dominatedBy(virtualRoot, 0, 100);
  const sum = heap
    .dominatedBy(virtualRoot, 0, heap.dominatedCountOf(virtualRoot))
    .reduce((total, node) => total + heap.retainedSizeOf(node), 0);
  const pageSeconds = (performance.now() - pageStarted) / 1000;
  report({
    seconds: full,
    histogramSeconds,
    histogramBytes,
    pageSeconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakBytes,
    residentBytes: process.memoryUsage().arrayBuffers,
    bytes: source.byteLength,
    objects: columns.objectCount,
    reachableBytes: columns.dominators?.reachableBytes,
    sumOfRoots: sum,
    biggest: top.slice(0, 3).map((node) => heap.retainedSizeOf(node)),
    classes: columns.classes.map((row, type) => [
      row.name,
      columns.objectsByClass[type],
      columns.shallowBytesByClass[type],
    ]),
  });
}

function report(row: object): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

void main();
