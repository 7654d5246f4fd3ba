import { execFileSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findJdks } from "../build/javaDumps";
import { leakDumps } from "../build/leakDumps";
import { Workbench } from "./workbench";

const programs = resolve(__dirname, "../programs/java/leaks");

let workbench: Workbench;
beforeAll(async () => {
  const dumps = leakDumps(findJdks()[0]!, "Growing", "leak", 3);
  workbench = await Workbench.open({
    settings: {
      "git.enabled": true,
      "exhume.source.builds": { "soak-1.hprof": "v1", "soak-3.hprof": "v2" },
    },
  });
  commitSources(workbench.folder);
  for (const [at, dump] of dumps.entries()) {
    const copy = join(workbench.folder, `soak-${at + 1}.hprof`);
    cpSync(dump, copy);
    // The newest is the one that is compared with the others. An hour lies between two, in the files too.
    const hour = new Date(2026, 0, 2, at);
    writeTime(copy, hour);
    utimesSync(copy, hour, hour);
  }
  await workbench.hasFile("soak-3.hprof");
});
afterAll(() => workbench?.close());

/** When a dump was written, as its header says behind name, version and size of ids. */
function writeTime(dump: string, time: Date): void {
  const milliseconds = Buffer.alloc(8);
  milliseconds.writeBigUInt64BE(BigInt(time.getTime()));
  const file = openSync(dump, "r+");
  writeSync(file, milliseconds, 0, 8, "JAVA PROFILE 1.0.2".length + 5);
  closeSync(file);
}

/** The program as two builds have it: the field that grows came with the second. */
function commitSources(folder: string): void {
  const file = join(folder, "src/leaks/Growing.java");
  const text = readFileSync(join(programs, "Growing.java"), "utf8");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org", ...args], {
      cwd: folder,
    });
  mkdirSync(dirname(file), { recursive: true });
  git("init", "-q");
  const builds = [
    { lines: text.split("\n").filter((line) => !/\bentries =/.test(line)), subject: "Begin", tag: "v1" },
    { lines: text.split("\n"), subject: "Keep an audit trail", tag: "v2" },
    { lines: [...text.split("\n"), "// later"], subject: "Say something later", tag: "v3" },
  ];
  for (const { lines, subject, tag } of builds) {
    writeFileSync(file, lines.join("\n"));
    git("add", "src/leaks");
    git("commit", "-q", "-m", subject);
    git("tag", tag);
  }
}

async function compareTwo(): Promise<void> {
  const { view } = workbench;
  const growing = view.locator(".growing > li");
  await workbench.chooseInExplorer(
    "soak-3.hprof",
    "Compare Heap Dumps",
    async () => (await workbench.activeTab("soak-3.hprof").isVisible()) && (await growing.count()) === 1,
    ["soak-1.hprof", "soak-3.hprof"],
  );
  expect(await growing.textContent()).toMatch(/\+2\.9\d MiB leaks\.Growing\$AuditTrail\.entries/);
  const first = workbench.rows().first();
  await first.waitFor();
  expect(await first.textContent()).toContain("byte[]");
  const offered = await workbench.menuByKey(view.getByRole("grid", { name: "Growth by class" }));
  expect(offered).toEqual(expect.arrayContaining(["Inspect", "Why Are They Alive?", "Show Instances"]));
  const commits = growing.locator(".commits");
  await commits.waitFor();
  expect(await commits.locator("summary").textContent()).toBe(
    "1 commit between the builds changed Growing.java, 1 of them a line with entries",
  );
  expect(await commits.locator("li").allTextContents()).toEqual([
    expect.stringMatching(/^[0-9a-f]{7} Keep an audit trailAda Lovelace, todaychanges a line with entries$/),
  ]);
  expect(await commits.textContent()).toContain("(named in the settings)");
  await workbench.screenshot("compare-dark");
  await workbench.click(
    commits.getByRole("button", { name: /^Copy commit [0-9a-f]{7}$/ }),
    workbench.hasCopied(/^[0-9a-f]{40}$/),
  );
  await workbench.click(
    growing.getByRole("button", { name: "leaks.Growing$AuditTrail.entries" }),
    workbench.atSource("Growing.java", 11),
  );
}

async function readTheSuspectsCommits(): Promise<void> {
  await workbench.show("soak-3.hprof", "Leak Suspects");
  const commits = workbench.view.locator("article.suspect .commits").first();
  await commits.waitFor();
  expect(await commits.textContent()).toContain("Keep an audit trail");
  expect(await commits.textContent()).not.toContain("Say something later");
  const evidence = workbench.view.locator("article.suspect .evidence").first();
  expect(await evidence.textContent()).toMatch(/^grew by 2\.9\d MiB since the earlier dump/);
  await workbench.screenshot("suspect-commits-dark");
}

it("says why the objects of a class are alive", async () => {
  const { view } = workbench;
  await workbench.show("soak-3.hprof", "Why Alive");
  const box = view.getByRole("textbox", { name: "Object id (0x…) or class name" });
  const way = view.locator(".path.merged", { hasText: "AuditTrail" });
  await workbench.step("the way to the class", () => box.fill("leaks.Growing$AuditTrail"), way);
  expect(await way.textContent()).toMatch(/leaks\.Growing.*trail.*AuditTrail/s);
  await workbench.screenshot("why-alive-class-dark");
});

it("ranks collections", async () => {
  await workbench.show("soak-3.hprof", "Collections");
  await workbench.rows().first().waitFor();
  expect(await workbench.rows().first().textContent()).toMatch(/ArrayList.*5,000/s);
  await workbench.screenshot("collections-dark");
  const path = workbench.view.locator("ol.path", { hasText: "AuditTrail" });
  await workbench.chooseInRow("ArrayList", "Why Is It Alive?", path);
  await workbench.screenshot("why-alive-dark");
});

it("counts references", async () => {
  await workbench.show("soak-3.hprof", "References");
  await workbench.rows().first().waitFor();
  await workbench.screenshot("references-dark");
});

async function takeInTheSeries(): Promise<void> {
  const { view } = workbench;
  await workbench.show("soak-3.hprof", "Compare");
  const growing = view.locator(".growing > li");
  const dumps = view.locator(".head p").first();
  await workbench.click(
    view.getByText("Add 1 Earlier Dump of Its Series"),
    async () => (await growing.count()) === 1 && (await growing.textContent())!.includes("at every step"),
  );
  expect(await dumps.textContent()).toMatch(/soak-1\.hprof \(.*→ soak-2\.hprof \(.*→ soak-3\.hprof \(/);
  expect(await growing.textContent()).toMatch(/\+2\.9\d MiB .*AuditTrail\.entries.*\+1\.4\d MiB an hour/);
  const timeline = view.getByRole("slider", { name: "What grows, along the dumps" });
  expect(await timeline.getAttribute("aria-valuetext")).toMatch(
    /^soak-3\.hprof, .*, leaks\.Growing\$AuditTrail\.entries 4\.8\d MiB$/,
  );
  const everyStep = view.getByRole("checkbox", { name: "Only what grows at every step" });
  expect(await everyStep.isChecked()).toBe(true);
  const row = workbench.rows().filter({ hasText: "byte[]" });
  await row.waitFor();
  expect(await row.textContent()).toMatch(/\+2\.9\d MiB.*\+1\.4\d MiB$/s);
  await workbench.screenshot("compare-series-dark");
  const grown = await workbench.rows().count();
  const always = workbench.rows().filter({ hasText: /yes$/ });
  await workbench.click(
    everyStep,
    async () => (await always.count()) === grown && (await workbench.rows().count()) > grown,
  );
  await workbench.click(
    view.getByRole("button", { name: "Leave out soak-2.hprof" }),
    async () => (await everyStep.count()) === 0 && (await growing.count()) === 1,
  );
  expect(await dumps.textContent()).not.toContain("soak-2");
}

it("compares two dumps, tells the commits in between of field and suspect, and takes in the rest of the series", async () => {
  await compareTwo();
  await readTheSuspectsCommits();
  await takeInTheSeries();
});

it("compares three dumps chosen in the explorer", async () => {
  const dumps = workbench.view.locator(".head p", { hasText: /soak-1.*soak-2.*soak-3/ });
  await workbench.chooseInExplorer("soak-3.hprof", "Compare Heap Dumps", dumps, [
    "soak-1.hprof",
    "soak-2.hprof",
    "soak-3.hprof",
  ]);
  await workbench.view.locator(".growing > li", { hasText: "at every step" }).waitFor();
});

it("asks with which of the known dumps a single one is compared", async () => {
  const entries = workbench.page.locator(".quick-input-list .monaco-list-row");
  await workbench.chooseInExplorer(
    "soak-3.hprof",
    "Compare Heap Dumps",
    async () => (await entries.filter({ hasText: "Browse…" }).count()) === 1,
    ["soak-3.hprof"],
  );
  const [first = ""] = await entries.allTextContents();
  expect(first).toContain("All 2 other dumps of this program");
  expect(first).toContain("soak-2.hprof, soak-1.hprof");
  await workbench.screenshot("compare-with-dark");
  await workbench.click(
    entries.filter({ hasText: "soak-1.hprof" }).last(),
    workbench.view.locator(".head p", {
      hasText: /^\+2\.9\d MiB reachable, over soak-1\.hprof \(.*→ soak-3\.hprof/,
    }),
  );
});
