import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { textOfCores } from "../../../../analyzer/fronts/cli/crashes";
import type { StoredCore } from "../../../../analyzer/protocol/dump/crashes";
import { type CorePlaces, listStoredCores } from "../../../../analyzer/session/crashes/storedCores";
import { packedSeeds } from "../../../fuzz/packedSeeds";

const boot = "0123456789abcdef0123456789abcdef";
let folder = "";
let places: CorePlaces;
const made: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-crashes-"));
  made.push(folder);
  places = {
    systemdFolder: join(folder, "systemd"),
    coredumpctl: join(folder, "coredumpctl"),
    apportFolder: join(folder, "crash"),
    corePatternFile: join(folder, "core_pattern"),
  };
  mkdirSync(places.systemdFolder);
  mkdirSync(places.apportFolder);
});
afterAll(() => {
  for (const each of made) rmSync(each, { recursive: true });
});

/** A file of ten bytes, last written at a time. */
function keep(path: string, seconds = 1_700_000_000, bytes: string | Uint8Array = "ten bytes.") {
  writeFileSync(path, bytes);
  utimesSync(path, seconds, seconds);
}

/** Stands for the system's: says what it is told when it is called as it should be. */
function journal(answer: string) {
  const script = `#!/bin/sh\n[ "$*" = "list --json=short --no-pager --quiet" ] && [ -z "$HOME" ] && cat <<'END'\n${answer}\nEND\n`;
  writeFileSync(places.coredumpctl, script, { mode: 0o755 });
}

const cores = (): readonly StoredCore[] => listStoredCores(places, "linux").cores;

describe("cores that systemd kept", () => {
  it("are told by their names alone where there is no journal", () => {
    const path = join(places.systemdFolder, `core.my\\x20app.1000.${boot}.42.1700000000123456.zst`);
    keep(path);
    keep(join(places.systemdFolder, "core.app.1000.42.zst"));
    symlinkSync("/etc/passwd", join(places.systemdFolder, `core.link.0.${boot}.1.1700000000000000`));
    expect(cores()).toEqual([
      {
        path,
        keeper: "systemd",
        state: "readable",
        command: "my app",
        pid: 42,
        userId: 1000,
        crashedMs: 1_700_000_000_123,
        bytes: 10,
      },
    ]);
  });

  // As systemd 252 wrote it of a journal with one crash, and the same with a process whose core is there.
  it("have program and signal of the journal, which remembers those that are gone", () => {
    journal(
      `[{"time":1700000000000000,"pid":42,"uid":1000,"gid":1000,"sig":11,"corefile":"missing","exe":"/usr/bin/sleep","size":null},` +
        `{"time":1700000009000000,"pid":43,"uid":0,"gid":0,"sig":6,"corefile":"present","exe":"/opt/a b/app","size":10},` +
        `{"time":-1,"pid":44,"uid":0,"sig":6},7]`,
    );
    const path = join(places.systemdFolder, `core.app.0.${boot}.43.1700000009000000`);
    keep(path);
    const [kept, gone] = cores();
    expect(kept).toMatchObject({ path, state: "readable", program: "/opt/a b/app", signal: "SIGABRT" });
    expect(gone).toMatchObject({ state: "gone", command: "sleep", pid: 42, signal: "SIGSEGV" });
    expect(cores()).toHaveLength(2);
  });

  it.each(["", "No coredumps found.", "{}", "[[]]"])("are listed when coredumpctl says '%s'", (answer) => {
    journal(answer);
    keep(join(places.systemdFolder, `core.app.0.${boot}.43.1700000009000000`));
    expect(cores()).toHaveLength(1);
  });
});

describe("reports of apport", () => {
  it("are told by their fields, those without a core left out", () => {
    const path = join(places.apportFolder, "_usr_bin_sleep.1000.crash");
    const report = packedSeeds("apport")[0]!;
    keep(path, 1_700_000_000, report);
    keep(join(places.apportFolder, "_usr_bin_x.0.crash"), 1, "ProblemType: Crash\nCoreDump: \nSignal: 6\n");
    keep(join(places.apportFolder, "_usr_bin_y.0.crash"), 1, "Signal: 6\nCoreDump: base64\n");
    expect(cores()).toEqual([
      {
        path,
        keeper: "apport",
        state: "readable",
        command: "sleep",
        program: "/usr/bin/sleep",
        signal: "SIGSEGV",
        userId: 1000,
        crashedMs: 1_700_000_000_000,
        bytes: report.byteLength,
      },
    ]);
  });
});

describe("cores of the kernel", () => {
  it.each([
    [
      "core.%e.%p.%t",
      "core.my.app.77.1700000000",
      { command: "my.app", pid: 77, crashedMs: 1_700_000_000_000 },
    ],
    ["%E-%s-%u", "!usr!bin!app-11-1000", { command: "app", signal: "SIGSEGV", userId: 1000 }],
    ["core", "core.99", { command: "core.99", pid: 99 }],
    ["core", "core", { command: "core" }],
    ["a(b%%", "a(b%", { command: "a(b%" }],
    // A time that no calendar has.
    ["core.%t", "core.9007199254740991", { crashedMs: 1_700_000_000_000 }],
  ])("are told by the pattern %s", (pattern, name, told) => {
    const kept = join(folder, "cores");
    mkdirSync(kept);
    writeFileSync(places.corePatternFile, `${kept}/${pattern}\n`);
    keep(join(kept, name));
    keep(join(kept, "another file"));
    expect(cores()).toHaveLength(1);
    expect(cores()[0]).toMatchObject({ path: join(kept, name), keeper: "kernel", ...told });
  });

  it.each([
    ["|/usr/share/apport/apport -p%p", "This machine gives cores to /usr/share/apport/apport."],
    ["core", "This machine writes cores into the folder in which a process runs, as core."],
    ["/c/%u/core", "This machine writes cores into the folder in which a process runs, as /c/%u/core."],
    ["", "This machine keeps no cores: kernel.core_pattern is empty."],
  ])("go where %s says", (pattern, words) => {
    writeFileSync(places.corePatternFile, pattern);
    expect(listStoredCores(places, "linux")).toEqual({ cores: [], keeping: words });
  });
});

it("says which cores may not be read", () => {
  const path = join(places.systemdFolder, `core.app.0.${boot}.43.1700000009000000`);
  keep(path);
  chmodSync(path, 0);
  // Root may read everything.
  const state = process.getuid?.() === 0 ? "readable" : "forbidden";
  expect(cores()[0]?.state).toBe(state);
  const lines = textOfCores([{ ...cores()[0]!, state: "forbidden" }], 2, 200);
  expect(lines.join("\n")).toContain(`${path} (this user may not read it)`);
  expect(lines.at(-1)).toBe("The newest 1 of 2.");
});

it("finds none on other systems, and says why", () => {
  expect(listStoredCores(places, "darwin")).toEqual({
    cores: [],
    keeping: "Only Linux keeps cores that Exhume reads; open one that was copied from elsewhere.",
  });
});
