import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { unwatched, type Work } from "../../../analyzer/base/work";
import { newContentSums } from "../../../analyzer/heap/graph/columns/contentSums";
import { buildHeapIndex } from "../../../analyzer/heap/hprof/index/buildHeapIndex";
import type { HeapColumns } from "../../../analyzer/heap/hprof/index/heapColumns";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { openPassRunner } from "../../../analyzer/session/threads/parallelPasses";
import { bundle } from "../../build/bundle";
import { HprofBuilder } from "../../build/hprofBuilder";
import { seededRandom } from "../../build/seededRandom";

const workerFolder = join(bundle("passWorker"), "..");
let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-passes-"));
  path = join(folder, "web.hprof");
  writeFileSync(path, webOfObjects());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 40 segments of objects that refer to each other across segments, arrays and two classes among them. */
function webOfObjects(): Uint8Array {
  const next = seededRandom(5);
  const count = 20_000;
  const idOf = (k: number) => BigInt(0x100000 + k * 32);
  const anyId = () => idOf(Math.floor(next() * count));
  const builder = new HprofBuilder()
    .class(0x100n, "java/lang/Class")
    .class(0x200n, "Node", {
      loader: idOf(0),
      fields: [
        ["a", "object"],
        ["b", "object"],
        ["n", "int"],
      ],
    })
    .class(0x300n, "[Ljava/lang/Object;");
  for (let k = 0; k < count; k++) {
    if (k % 500 === 0) builder.endSegment();
    if (k % 9 === 0) builder.objectArray(idOf(k), 0x300n, [anyId(), 0n, idOf(Math.min(count - 1, k + 1))]);
    else if (k % 4 === 0) builder.primitiveArray(idOf(k), "int", [1, 2, 3]);
    else
      builder.instance(idOf(k), 0x200n, {
        a: idOf(Math.min(count - 1, k + 1)),
        b: k % 3 === 0 ? anyId() : 0n,
      });
  }
  return builder.root("unknown", idOf(0)).root("jni-global", idOf(77)).build();
}

async function columnsWith(workers: number, sweeps: number, work: Work = unwatched): Promise<HeapColumns> {
  const source = FileSource.open(path);
  const runner = openPassRunner(
    { file: source.share() },
    newContentSums(source.byteLength),
    workerFolder,
    work,
    workers,
  );
  try {
    return await buildHeapIndex(source, { sweeps }, runner, work);
  } finally {
    await runner.close();
    source.close();
  }
}

/** What must not depend on how the work was shared: everything but the order pages were found in and the clock. */
function comparable({ addresses, cost, ...columns }: HeapColumns) {
  expect(addresses.permutation).toBeUndefined();
  return { ...columns, memoryBytes: cost.memoryBytes };
}

describe("passes in threads", () => {
  it("give the same columns with one worker, two, three, and without folding", async () => {
    const expected = comparable(await columnsWith(0, 3));
    expect(expected.objectCount).toBe(20_000);
    for (const [workers, sweeps] of [
      [1, 3],
      [2, 3],
      [3, 3],
      [2, 0],
    ] as const) {
      expect(comparable(await columnsWith(workers, sweeps))).toEqual(expected);
    }
  });

  it("stop when the work is cancelled", async () => {
    let asked = 0;
    const work: Work = {
      throwIfCancelled: () => {
        if (++asked > 3) throw new ExhumeError({ code: "cancelled" });
      },
      report: () => undefined,
    };
    await expect(columnsWith(2, 3, work)).rejects.toMatchObject({ fault: { code: "cancelled" } });
  });

  it("say so when a thread cannot start", async () => {
    const source = FileSource.open(path);
    const runner = openPassRunner(
      { file: source.share() },
      newContentSums(source.byteLength),
      folder,
      unwatched,
      2,
    );
    await expect(buildHeapIndex(source, {}, runner, unwatched)).rejects.toMatchObject({
      fault: { code: "analyzerLost" },
    });
    await runner.close();
    source.close();
  });
});
