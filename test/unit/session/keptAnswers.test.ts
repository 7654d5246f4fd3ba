import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { openText } from "../../../analyzer/session/encryption/sealing";
import { answerKeyOf, KeptAnswers } from "../../../analyzer/session/index/answerFile";
import { deleteSavedIndex } from "../../../analyzer/session/index/savedIndex";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { bundle } from "../../build/bundle";
import { shopDump } from "../../build/shopDump";

let folder: string;
let dump: string;
let store: SessionStore;
/** What threads said they were doing. */
const steps: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-kept-"));
  vi.stubEnv("XDG_CACHE_HOME", join(folder, "cache"));
  dump = join(folder, "shop.hprof");
  writeFileSync(dump, shopDump(2_000));
  steps.length = 0;
  store = new SessionStore({
    workerFolder: dirname(bundle("dumpWorker")),
    onProgress: (_path, step) => steps.push(step),
  });
});

afterEach(async () => {
  await store.dispose();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ indexDirectory: join(folder, "index") });
const worked = () => steps.splice(0).length > 0;

async function opened() {
  const session = await store.open(dump, options());
  await session.ready();
  steps.length = 0;
  return session;
}

async function openedAgain() {
  await store.dispose();
  return opened();
}

function answersFile(): string {
  const name = readdirSync(options().indexDirectory).find((each) => each.endsWith(".exhume-answers"));
  return join(options().indexDirectory, name!);
}

describe("answers that depend on the dump alone", () => {
  it("are worked out once, whoever asks and how often", async () => {
    const session = await opened();
    const [first, second] = await Promise.all([
      session.ask("heap/suspects", {}),
      session.ask("heap/suspects", {}),
    ]);
    expect(second).toBe(first);
    expect(worked()).toBe(true);
    expect(await session.ask("heap/suspects", {})).toBe(first);
    expect(worked()).toBe(false);
  });

  it("are there at the second opening, unless something was asked besides", async () => {
    const session = await opened();
    const suspects = await session.ask("heap/suspects", {});
    const waste = await session.ask("heap/waste", {});
    expect(suspects.suspects.length).toBeGreaterThan(0);
    const again = await openedAgain();
    expect(await again.ask("heap/suspects", {})).toEqual(suspects);
    expect(await again.ask("heap/waste", {})).toEqual(waste);
    expect(worked()).toBe(false);
    await again.ask("heap/suspects", { grown: [] });
    expect(worked()).toBe(true);
  });

  it("are worked out again when their file was changed", async () => {
    const suspects = await (await opened()).ask("heap/suspects", {});
    for (const change of [
      (text: string) => text.replace("exhume-answers 1", "exhume-answers 0"),
      (text: string) => `${text.slice(0, -40)}${"A".repeat(40)}`,
      () => "",
    ]) {
      writeFileSync(answersFile(), change(readFileSync(answersFile(), "utf8")));
      expect(await (await openedAgain()).ask("heap/suspects", {})).toEqual(suspects);
      expect(worked()).toBe(true);
      expect(await (await openedAgain()).ask("heap/suspects", {})).toEqual(suspects);
      expect(worked()).toBe(false);
    }
  });

  it("are those of the same code about the same contents", () => {
    const path = join(folder, "x.exhume-answers");
    const file = { path, indexPath: dump, key: new Uint8Array(32), contents: "a" };
    new KeptAnswers(file, "1").keep("heap/suspects", { totalBytes: 1 });
    expect(new KeptAnswers(file, "1").get("heap/suspects")).toEqual({ totalBytes: 1 });
    expect(new KeptAnswers(file, "2").get("heap/suspects")).toBeUndefined();
    expect(new KeptAnswers({ ...file, contents: "b" }, "1").get("heap/suspects")).toBeUndefined();
  });

  it("go on for who still waits when another one gives up", async () => {
    const session = await opened();
    const leaving = new AbortController();
    const left = expect(session.ask("heap/waste", {}, leaving.signal)).rejects.toMatchObject({
      fault: { code: "cancelled" },
    });
    const stays = session.ask("heap/waste", {});
    leaving.abort();
    await left;
    expect((await stays).strings.total).toBeGreaterThan(0);
  });

  it("open for who can read the dump alone", async () => {
    await (await opened()).ask("heap/suspects", {});
    await store.dispose();
    const bytes = readFileSync(dump);
    const path = answersFile();
    const written = readFileSync(path, "utf8");
    const changed = bytes.map((byte, at) => (at === bytes.length - 40 ? byte ^ 1 : byte));
    const keyOf = (contents: Uint8Array) => answerKeyOf(new BytesSource("", contents), undefined);
    const sealed = written.slice(written.indexOf("\n") + 1);
    expect(openText(keyOf(bytes), sealed)).toContain("heap/suspects");
    expect(openText(keyOf(changed), sealed)).toBeUndefined();
  });

  it("are deleted with the index", async () => {
    await (await opened()).ask("heap/suspects", {});
    await store.dispose();
    const file = answersFile();
    expect(deleteSavedIndex(dump, options(), false).deleted).toContain(file);
    expect(readdirSync(options().indexDirectory)).toEqual([]);
  });

  it("are not kept any more once the index was deleted, and given all the same", async () => {
    const session = await opened();
    await session.ask("heap/suspects", {});
    deleteSavedIndex(dump, options(), false);
    expect((await session.ask("heap/waste", {})).strings.total).toBeGreaterThan(0);
    expect(readdirSync(options().indexDirectory)).toEqual([]);
  });

  it("are as young as the index when it was used last, for whoever deletes what is old", async () => {
    await (await opened()).ask("heap/suspects", {});
    const longAgo = new Date(0);
    utimesSync(answersFile(), longAgo, longAgo);
    await openedAgain();
    expect(statSync(answersFile()).mtimeMs).toBeGreaterThan(longAgo.getTime());
  });
});

it("who refers to whom is listed before a query asks it, where that can be cancelled, and for no other query", async () => {
  const session = await opened();
  const listing = "Reading who refers to whom";
  const ask = (text: string) => session.ask("heap/query", { text, start: 0, count: 1 });
  await ask("SELECT sizeof(o) FROM com.example.shop.Order o");
  expect(steps).not.toContain(listing);
  await ask("SELECT inbounds(o) FROM com.example.shop.Order o");
  expect(steps).toContain(listing);
});
