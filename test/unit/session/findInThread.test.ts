import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findInThread } from "../../../analyzer/session/dumps/findInThread";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-find-"));
  writeFileSync(join(folder, "a.hprof"), chainDump(100));
  // 64 KiB that unpack to 2 GiB.
  const block = [0x02, 0, 0x10, 0];
  const blocks = Array.from({ length: 16 << 10 }, () => block).flat();
  writeFileSync(join(folder, "bomb.zst"), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, ...blocks]));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const workerFolder = () => dirname(bundle("findWorker"));

describe("looking for dumps in a thread", () => {
  it("finds them beside what unpacks to gigabytes", async () => {
    const task = { folders: [folder], files: [] };
    const found = await findInThread(task, workerFolder(), new AbortController().signal);
    expect(found.map(({ path, kind }) => [path, kind])).toEqual([[join(folder, "a.hprof"), "heap"]]);
  });

  it("stops when it is cancelled, before and meanwhile", async () => {
    const task = { folders: ["/"], files: [] };
    const cancelled = { fault: { code: "cancelled" } };
    await expect(findInThread(task, workerFolder(), AbortSignal.abort())).rejects.toMatchObject(cancelled);
    const abort = new AbortController();
    const finding = findInThread(task, workerFolder(), abort.signal);
    abort.abort();
    await expect(finding).rejects.toMatchObject(cancelled);
  });
});
