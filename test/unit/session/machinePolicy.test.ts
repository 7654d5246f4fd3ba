import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { audit } from "../../../analyzer/session/dumps/auditLog";
import { dumpKeyOf } from "../../../analyzer/session/dumps/dumpTraces";
import { machinePolicy } from "../../../analyzer/session/dumps/machinePolicy";
import { NoteStore } from "../../../analyzer/session/dumps/noteStore";
import { expire } from "../../../analyzer/session/dumps/retention";
import { deleteSavedIndex } from "../../../analyzer/session/index/savedIndex";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { bundle } from "../../build/bundle";
import { chainDump } from "../../build/chainDump";

let folder: string;
const inFolder = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-policy-"));
  vi.stubEnv("XDG_CACHE_HOME", inFolder("cache"));
  mkdirSync(inFolder("tmp"));
  vi.stubEnv("TMPDIR", inFolder("tmp"));
  writeFileSync(inFolder("secret-customer.hprof"), chainDump(100));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const newStore = () => new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
const dump = () => inFolder("secret-customer.hprof");
const note = { id: "1", title: "t", text: "text", changedMs: 1 };

/** Opens and closes the dump with an index of its own. */
async function use(indexDirectory?: string): Promise<void> {
  const store = newStore();
  const session = await store.open(dump(), indexDirectory === undefined ? {} : { indexDirectory });
  await session.ready();
  await store.close(session.id);
  await store.dispose();
}

const indexes = () =>
  existsSync(inFolder("index"))
    ? readdirSync(inFolder("index")).filter((name) => name.endsWith("index"))
    : [];

function age(file: string, days: number): void {
  const then = new Date(Date.now() - days * 86_400_000);
  utimesSync(file, then, then);
}

it("reads a policy from the environment, what it does not understand as the stricter choice", () => {
  expect(machinePolicy({})).toEqual({ atClose: "keep" });
  expect(machinePolicy({ EXHUME_RETENTION_DAYS: "0", EXHUME_AT_CLOSE: "keep" })).toEqual({ atClose: "keep" });
  expect(machinePolicy({ EXHUME_RETENTION_DAYS: "30", EXHUME_AT_CLOSE: "indexes" })).toEqual({
    retentionDays: 30,
    atClose: "indexes",
  });
  expect(machinePolicy({ EXHUME_RETENTION_DAYS: "a month", EXHUME_AT_CLOSE: "all of it" })).toEqual({
    retentionDays: 1,
    atClose: "everything",
  });
});

describe("retention", () => {
  it("deletes indexes and notes that were not used for so many days, and nothing else", async () => {
    await use(inFolder("index"));
    new NoteStore(dump(), inFolder("index")).write(note);
    const [name] = indexes();
    const index = inFolder(`index/${name}`);
    const notes = inFolder(`index/notes/${dumpKeyOf(dump())}.json`);
    writeFileSync(inFolder("index/precious.txt"), "x");
    writeFileSync(inFolder("precious"), "x");
    symlinkSync(inFolder("precious"), inFolder("index/0123456789abcdef.exhume-index"));
    for (const file of [index, notes, inFolder("index/precious.txt"), inFolder("precious"), dump()])
      age(file, 31);

    expect(expire({ atClose: "keep" })).toEqual([]);
    expect(expire({ atClose: "keep", retentionDays: 32 })).toEqual([]);
    expect(existsSync(index)).toBe(true);
    expect(expire({ atClose: "keep", retentionDays: 30 }).sort()).toEqual([index, notes].sort());
    for (const kept of ["precious", "index/precious.txt", "index/0123456789abcdef.exhume-index"])
      expect([kept, existsSync(inFolder(kept))]).toEqual([kept, true]);
    expect(existsSync(dump())).toBe(true);
  });

  it("deletes copies that a killed process left", () => {
    const left = inFolder(`tmp/exhume-${process.getuid!()}`);
    mkdirSync(left, { mode: 0o700 });
    writeFileSync(join(left, "999999999-a-b"), "plain contents", { mode: 0o600 });
    expire({ atClose: "keep", retentionDays: 30 });
    expect(readdirSync(left)).toEqual([]);
  });

  it("runs when a dump is opened", async () => {
    await use(inFolder("index"));
    const stranger = inFolder("index/0000000000000000.exhume-index");
    writeFileSync(stranger, "");
    age(stranger, 8);
    vi.stubEnv("EXHUME_RETENTION_DAYS", "7");
    await use(inFolder("index"));
    expect(existsSync(stranger)).toBe(false);
    expect(indexes()).toHaveLength(1);
  });

  it.each([
    ["keep", 1, 1],
    ["indexes", 0, 1],
    ["everything", 0, 0],
  ])("at the close of a dump: %s", async (atClose, indexesLeft, notesLeft) => {
    await use(inFolder("index"));
    new NoteStore(dump(), inFolder("index")).write(note);
    vi.stubEnv("EXHUME_AT_CLOSE", atClose);
    await use(inFolder("index"));
    expect(indexes()).toHaveLength(indexesLeft);
    expect(readdirSync(inFolder("index/notes"))).toHaveLength(notesLeft);
    expect(existsSync(dump())).toBe(true);
  });
});

describe("the audit log", () => {
  const lines = () =>
    readFileSync(inFolder("log/audit.jsonl"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));

  it("is not there unless it is asked for", async () => {
    await use();
    expect(existsSync(inFolder("log"))).toBe(false);
  });

  it("says who did what to which dump, and nothing of what is in it", async () => {
    vi.stubEnv("EXHUME_AUDIT_LOG", inFolder("log/audit.jsonl"));
    await use(inFolder("index"));
    writeFileSync(inFolder("locked.age"), `age-encryption.org/v1\n-> X25519 a\na\n--- a\n`);
    await expect(newStore().open(inFolder("locked.age"))).rejects.toThrow("is encrypted");
    deleteSavedIndex(dump(), {}, true);
    expect(lines().map(({ action, path }) => [action, path.slice(folder.length + 1)])).toEqual([
      ["open", "secret-customer.hprof"],
      ["close", "secret-customer.hprof"],
      ["locked", "locked.age"],
      ["delete-dump", "secret-customer.hprof"],
    ]);
    for (const line of lines()) {
      expect(Object.keys(line)).toEqual(["time", "user", "process", "action", "path"]);
      expect([line.user, line.process]).toEqual([userInfo().username, process.pid]);
      expect(Math.abs(Date.parse(line.time) - Date.now())).toBeLessThan(86_400_000);
    }
    expect(statSync(inFolder("log/audit.jsonl")).mode & 0o777).toBe(0o600);
  });

  it("names dumps by a hash where paths say too much", async () => {
    vi.stubEnv("EXHUME_AUDIT_LOG", inFolder("log/audit.jsonl"));
    vi.stubEnv("EXHUME_AUDIT_NAMES", "hash");
    await use();
    expect(lines()[0]).toMatchObject({ action: "open", pathHash: dumpKeyOf(dump()) });
    expect(readFileSync(inFolder("log/audit.jsonl"), "utf8")).not.toContain("secret-customer");
  });

  it.each<[string, () => void]>([
    ["a folder", () => mkdirSync(inFolder("log/audit.jsonl"), { recursive: true })],
    [
      "a link to another file",
      () => {
        mkdirSync(inFolder("log"));
        writeFileSync(inFolder("precious"), "x");
        symlinkSync(inFolder("precious"), inFolder("log/audit.jsonl"));
      },
    ],
    ["below a file", () => writeFileSync(inFolder("log"), "")],
  ])("that is %s is not written, and then nothing is opened", async (_, squat) => {
    squat();
    vi.stubEnv("EXHUME_AUDIT_LOG", inFolder("log/audit.jsonl"));
    await expect(newStore().open(dump())).rejects.toThrow("nothing is done without it");
    expect(() => deleteSavedIndex(dump(), {}, true)).toThrow("nothing is done without it");
    expect(existsSync(dump())).toBe(true);
    if (existsSync(inFolder("precious"))) expect(readFileSync(inFolder("precious"), "utf8")).toBe("x");
  });

  it("keeps a path with line ends in one line", () => {
    const auditLog = { file: inFolder("log/audit.jsonl"), names: "path" } as const;
    audit("open", '/tmp/a\n{"action":"delete-dump"}', { atClose: "keep", auditLog });
    expect(lines()).toHaveLength(1);
  });
});
