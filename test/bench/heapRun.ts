// One measured run over one dump, in a process of its own: prints a line of JSON.
import { existsSync } from "node:fs";
import { ProblemList } from "../../analyzer/base/problems";
import { unwatched } from "../../analyzer/base/work";
import {
  completeSums,
  newContentSums,
  summingSource,
  verifiedSource,
} from "../../analyzer/heap/graph/columns/contentSums";
import { type Heap, virtualRoot } from "../../analyzer/heap/heap";
import { openHeap } from "../../analyzer/heap/hprof/contents/openHeap";
import { buildHeapIndex } from "../../analyzer/heap/hprof/index/buildHeapIndex";
import type { HeapColumns } from "../../analyzer/heap/hprof/index/heapColumns";
import { fingerprintOf } from "../../analyzer/heap/hprof/index/indexFile";
import { identityOf } from "../../analyzer/session/files/fileIdentity";
import { FileSource } from "../../analyzer/session/files/fileSource";
import { IndexStore } from "../../analyzer/session/index/indexStore";
import { collectGarbage } from "../../analyzer/session/threads/collectGarbage";
import { openPassRunner } from "../../analyzer/session/threads/parallelPasses";

const [file = "", folder = "", mode = "full", indexFolder = ""] = process.argv.slice(2);
const source = FileSource.open(file);
const store = new IndexStore(indexFolder);
const problems = new ProblemList();
const started = performance.now();

/** Cost so far. */
function cost() {
  const { user, system } = process.cpuUsage();
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

/** A plain read of the whole file: what nothing that looks at all of it can be faster than. */
function readAll(): void {
  const chunk = new Uint8Array(4 << 20);
  for (let at = 0; at < source.byteLength; ) at += source.read(at, chunk);
  report({ ...cost(), bytes: source.byteLength });
}

/** The complete analysis, and the index written. */
async function analyse(): Promise<void> {
  const contentSums = newContentSums(source.byteLength);
  const runner = openPassRunner({ file: source.share() }, contentSums, folder, unwatched);
  let histogram = cost();
  const onHistogram = (): void => {
    histogram = cost();
  };
  const summing = summingSource(source, contentSums);
  const built = await buildHeapIndex(summing, { onHistogram, collectGarbage }, runner, unwatched);
  await runner.close();
  completeSums(source, contentSums, unwatched);
  const columns = { ...built, contentSums };
  const analysed = cost();
  const fingerprint = fingerprintOf(source, "");
  const saved = store.save(columns, fingerprint, problems, unwatched, identityOf(source)());
  const complete = cost();
  collectGarbage();
  const stored = saved === undefined ? undefined : FileSource.attach(saved.stored);
  const kept = saved?.columns ?? columns;
  report({
    ...complete,
    histogram,
    analysed,
    residentBytes: bytesOf(kept),
    bytes: source.byteLength,
    objects: kept.objectCount,
    reachableBytes: kept.dominators?.reachableBytes,
    ...firstPage(openHeap(kept, verifiedSource(source, contentSums), stored)),
    isSaved: existsSync(store.pathOf(fingerprint)),
    classes: kept.classes.map((row, type) => [row.name, kept.objectsByClass[type]]),
  });
}

/** The saved index up to the first page. */
function reopen(): void {
  const saved = store.load(fingerprintOf(source, ""), source, problems, unwatched, identityOf(source)());
  if (saved === undefined) throw new Error("There is no saved index.");
  report({ ...firstPage(openHeap(saved.columns, source, FileSource.attach(saved.stored))), ...cost() });
}

/** What the virtual root dominates: the page everybody opens first, and the sum over all of it. */
function firstPage(heap: Heap) {
  const from = performance.now();
  const top = heap.dominatedBy(virtualRoot, 0, 100).map((node) => heap.retainedSizeOf(node));
  const pageSeconds = (performance.now() - from) / 1000;
  const sumOfRoots = heap
    .dominatedBy(virtualRoot, 0, heap.dominatedCountOf(virtualRoot))
    .reduce((total, node) => total + heap.retainedSizeOf(node), 0);
  return { pageSeconds, sumOfRoots, top };
}

/** All columns, each buffer once. */
function bytesOf(columns: HeapColumns): number {
  const buffers = new Set<ArrayBufferLike>();
  const collect = (value: unknown): void => {
    if (ArrayBuffer.isView(value)) buffers.add(value.buffer);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(collect);
  };
  collect(columns.addresses);
  collect(columns.objects);
  collect(columns.dominators);
  let total = 0;
  for (const buffer of buffers) total += buffer.byteLength;
  return total;
}

function report(row: object): void {
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

if (mode === "read") readAll();
else if (mode === "reopen") reopen();
else void analyse();
