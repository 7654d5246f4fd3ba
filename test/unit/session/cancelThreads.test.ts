import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CancelFlag } from "../../../analyzer/base/work";
import { watchFile } from "../../../analyzer/session/files/fileIdentity";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { DumpWorker } from "../../../analyzer/session/threads/dumpWorker";
import { LaneThread } from "../../../analyzer/session/threads/laneThread";
import type { FromWorker } from "../../../analyzer/session/threads/workerMessages";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";

let folder: string;
let dump: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-cancel-"));
  dump = join(folder, "chain.hprof");
  writeFileSync(dump, chainDump(20_000));
});
afterAll(() => rmSync(folder, { recursive: true }));

const cancelled = { fault: { code: "cancelled" } };

describe("cancelling a question", () => {
  it("sets the flag that its thread was given, and rejects at once", async () => {
    // A thread that is busy until the flag is set, as one in the middle of a long walk is.
    const busy = `const { parentPort } = require("node:worker_threads");
      parentPort.on("message", ({ cancel }) => {
        const flag = new Int32Array(cancel);
        while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0, 5);
        parentPort.postMessage({ type: "early", early: "noticed" });
      });`;
    writeFileSync(join(folder, "dumpWorker.js"), busy);
    let seen: (message: FromWorker) => void = () => undefined;
    const noticed = new Promise<FromWorker>((resolve) => {
      seen = resolve;
    });
    const lane = new LaneThread(folder, seen, () => undefined);
    try {
      const controller = new AbortController();
      const answer = lane.ask("heap/query", {}, controller.signal);
      controller.abort();
      await expect(answer).rejects.toMatchObject(cancelled);
      expect(await noticed).toEqual({ type: "early", early: "noticed" });
    } finally {
      await lane.end();
    }
  });

  it("ends a thread that goes on all the same, and asks another one what was waiting", async () => {
    const stuck = `const { parentPort } = require("node:worker_threads");
      let built;
      parentPort.on("message", ({ type, id, method, built: given }) => {
        if (type === "attach") built = given;
        else if (method === "heap/query") for (;;) {}
        else parentPort.postMessage({ type: "answer", id, result: built });
      });`;
    writeFileSync(join(folder, "dumpWorker.js"), stuck);
    let lost = 0;
    let restarts = 0;
    const lane = new LaneThread(
      folder,
      () => undefined,
      () => lost++,
      { attach: () => ({ type: "attach", built: "the dump" as never }), onRestart: () => restarts++ },
    );
    try {
      const controller = new AbortController();
      const answer = lane.ask("heap/query", {}, controller.signal);
      const waiting = lane.ask("heap/summary", {});
      controller.abort();
      await expect(answer).rejects.toMatchObject(cancelled);
      expect(await waiting).toBe("the dump");
      expect(await lane.ask("heap/summary", {})).toBe("the dump");
      expect({ lost, restarts }).toEqual({ lost: 0, restarts: 1 });
    } finally {
      await lane.end();
    }
  });

  it("leaves a thread alone that is at a question somebody wants", async () => {
    const slow = `const { parentPort } = require("node:worker_threads");
      parentPort.on("message", ({ id, method }) => {
        const end = performance.now() + (method === "heap/suspects" ? 2500 : 0);
        while (performance.now() < end);
        parentPort.postMessage({ type: "answer", id, result: method });
      });`;
    writeFileSync(join(folder, "dumpWorker.js"), slow);
    let restarts = 0;
    const lane = new LaneThread(
      folder,
      () => undefined,
      () => undefined,
      { attach: () => ({ type: "attach", built: {} as never }), onRestart: () => restarts++ },
    );
    try {
      const wanted = lane.ask("heap/suspects", {});
      const controller = new AbortController();
      const behind = lane.ask("heap/query", {}, controller.signal);
      controller.abort();
      await expect(behind).rejects.toMatchObject(cancelled);
      expect(await wanted).toBe("heap/suspects");
      expect(restarts).toBe(0);
    } finally {
      await lane.end();
    }
  });

  it("stops the work in the thread, which refuses", async () => {
    const posted: FromWorker[] = [];
    const worker = new DumpWorker((message) => posted.push(message));
    const source = FileSource.open(dump);
    const build = {
      type: "build",
      formatId: "hprof",
      file: source.share(),
      path: dump,
      watched: watchFile(dump, source),
      wrapping: { compression: "none" },
      others: [],
    } as const;
    const workerFolder = dirname(bundle("passWorker"));
    const options = { useSavedIndex: false };
    await worker.take({ ...build, options, workerFolder, cancel: new CancelFlag().shared });
    const flag = new CancelFlag();
    const ask = { type: "ask", method: "heap/query", cancel: flag.shared } as const;
    const page = { start: 0, count: 1 };
    await worker.take({ ...ask, id: 1, params: { text: "SELECT * FROM com.example.Link", ...page } });
    flag.cancel();
    // Another one: the answer to the first is remembered.
    await worker.take({ ...ask, id: 2, params: { text: "SELECT * FROM com.example.Link l", ...page } });
    source.close();
    const answers = posted.filter(({ type }) => type === "answer" || type === "refusal");
    expect(answers).toMatchObject([
      { type: "answer", id: 1, result: { total: 20_000 } },
      { type: "refusal", id: 2, ...cancelled },
    ]);
  });
});

describe("cancelling the indexing", () => {
  it("stops the thread before it has built anything", async () => {
    const posted: FromWorker[] = [];
    const worker = new DumpWorker((message) => posted.push(message));
    const source = FileSource.open(dump);
    const flag = new CancelFlag();
    flag.cancel();
    await worker.take({
      type: "build",
      formatId: "hprof",
      file: source.share(),
      path: dump,
      watched: watchFile(dump, source),
      wrapping: { compression: "none" },
      others: [],
      options: { useSavedIndex: false },
      workerFolder: dirname(bundle("passWorker")),
      cancel: flag.shared,
    });
    source.close();
    expect(posted.at(-1)).toEqual({ type: "failed", ...cancelled });
    expect(posted.map(({ type }) => type)).not.toContain("built");
  });

  it("of a session ends it as cancelled", async () => {
    const store = new SessionStore({
      workerFolder: dirname(bundle("dumpWorker")),
      onState: () => undefined,
    });
    try {
      const session = await store.open(dump, { useSavedIndex: false });
      // Its thread has not even started: only the flag can tell it.
      session.cancelIndexing();
      await expect(session.ready()).rejects.toMatchObject(cancelled);
      expect(session.state).toMatchObject({ state: "failed", ...cancelled });
    } finally {
      await store.dispose();
    }
  });
});
