import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Workbench } from "./workbench";

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.open();
});
afterAll(() => workbench?.close());

function lineOf(file: string, text: string): number {
  const path = join(workbench.folder, "src/main/java/com/example/recon", file);
  return (
    readFileSync(path, "utf8")
      .split("\n")
      .findIndex((line) => line.includes(text)) + 1
  );
}

async function ask(query: string, shown: Locator | (() => Promise<boolean>)): Promise<void> {
  await workbench.show("recon.hprof.gz", "Query");
  const box = workbench.view.getByRole("textbox", { name: /^Query/ });
  await workbench.step(
    query,
    async () => {
      await box.fill(query, { timeout: 5_000 });
      await box.press("Control+Enter", { timeout: 5_000 });
    },
    shown,
  );
}

it("goes from the first suspect to the field that holds it", async () => {
  await workbench.show("recon.hprof.gz", "Leak Suspects");
  const first = workbench.view.locator("article.suspect").first();
  await first.waitFor();
  expect(await first.textContent()).toMatch(/RecentEntries\.BY_REFERENCE.*Cache without eviction/s);
  await workbench.click(
    first.getByText("Go to Holding Field"),
    workbench.atSource("RecentEntries.java", lineOf("RecentEntries.java", "BY_REFERENCE =")),
  );
});

it("shows a thread's stack with its locals, and goes to a frame's line", async () => {
  await workbench.show("recon.hprof.gz", "Threads");
  const frame = workbench.view.locator(".frames button.code", { hasText: "MatchWorker.waitForLedger" });
  await workbench.click(workbench.rows().filter({ hasText: "match-worker" }), frame);
  expect(await workbench.view.locator(".frames button.code").count()).toBeGreaterThan(40);
  await workbench.screenshot("stack-dark");
  await workbench.click(
    frame,
    workbench.atSource("MatchWorker.java", lineOf("MatchWorker.java", "wait(60_000)")),
  );
});

it("inspects an object: fields, contents, references and paths", async () => {
  await workbench.show("recon.hprof.gz", "Leak Suspects");
  const { view } = workbench;
  await workbench.click(
    view.locator("article.suspect").first().getByText("Inspect", { exact: true }),
    view.getByRole("heading", { name: "java.util.HashMap" }),
  );
  await view.locator(".key-value", { hasText: "15,000 elements" }).waitFor();
  // By keys alone: the first entry, its value's fields, and a field of these.
  const parts = view.getByRole("treegrid", { name: "What is in it" });
  const active = parts.locator("[role=row][aria-selected=true]");
  await parts.locator(".grid-rows [role=row]").nth(1).waitFor();
  const press = (key: string, shown: Locator) =>
    workbench.step(key, () => parts.press(key, { timeout: 5_000 }), shown);
  await press("ArrowDown", active.filter({ hasText: "LedgerEntry" }));
  await press("ArrowRight", parts.locator("[role=row][aria-level='2']", { hasText: "reference" }));
  await workbench.screenshot("inspected-dark");
  // Who refers to it stands right below, and opens upwards.
  const referrers = view.getByRole("treegrid", { name: "Referred to by" });
  await referrers.locator("[role=row]", { hasText: "BY_REFERENCE" }).first().waitFor();
  await view.locator(".way", { hasText: "RecentEntries" }).first().waitFor();
  await press("Enter", view.getByRole("heading", { name: "com.example.recon.LedgerEntry" }));
});

it("keeps a note on an object, shows it again, lists it, and deletes it", async () => {
  const { view, page } = workbench;
  const note = view.getByRole("textbox", { name: "Note on this object" });
  const remove = view.getByText("Delete Note");
  const heading = view.getByRole("heading", { name: "java.util.HashMap" });
  const text = "Nothing ever removes an entry.\nAsk the ledger team.";
  await workbench.show("recon.hprof.gz", "Leak Suspects");
  await workbench.click(
    view.locator("article.suspect").first().getByText("Inspect", { exact: true }),
    heading,
  );
  await note.fill(text);
  await workbench.click(view.getByText("Save Note"), remove);
  await workbench.screenshot("note-dark");
  // Its row says so wherever it stands, and what the note says.
  await workbench.chooseTab("Leak Suspects");
  const mark = view.locator("article.suspect .note-mark").first();
  await mark.waitFor();
  expect(await mark.getAttribute("title")).toBe(text);
  await workbench.chooseTab("Overview");
  const listed = page.locator(".quick-input-list .monaco-list-row", {
    hasText: "RecentEntries.BY_REFERENCE: HashMap",
  });
  await workbench.step(
    "the note's object",
    async () => {
      await workbench.command("Exhume: Show Notes on This Dump…", listed);
      // Found by what it says.
      const input = page.locator(".quick-input-widget input.input:visible").first();
      await input.fill("ledger team", { timeout: 5_000 });
      await listed.waitFor({ timeout: 5_000 });
      await input.press("Enter", { timeout: 5_000 });
    },
    heading,
  );
  expect(await note.inputValue()).toBe(text);
  await workbench.click(remove, async () => (await remove.count()) === 0);
  await workbench.command(
    "Exhume: Show Notes on This Dump…",
    page.locator(".notification-toast", { hasText: "There are no notes on recon.hprof.gz" }),
  );
});

it("copies a link to a class, which opens at that class again", async () => {
  const { view, page } = workbench;
  await workbench.show("recon.hprof.gz", "Histogram");
  await view.getByRole("textbox", { name: "Filter by class name" }).fill("com.example.recon");
  await workbench.chooseInRow(
    "MatchWorker",
    "Copy Link",
    workbench.hasCopied(/^[\w-]+:\/\/exhume\.exhume\/open\?.*view=histogram.*MatchWorker/),
  );
  const link = await workbench.clipboard();
  await workbench.chooseTab("Overview");
  const input = page.locator(".quick-input-widget input.input[placeholder^='vscode://']:visible");
  const filter = view.getByRole("textbox", { name: "Filter by class name" });
  await workbench.step(
    "the copied link",
    async () => {
      await workbench.command("Exhume: Open Link into a Dump…", input);
      await input.fill(link, { timeout: 5_000 });
      await input.press("Enter", { timeout: 5_000 });
    },
    async () =>
      (await filter.isVisible()) &&
      (await filter.inputValue({ timeout: 1_000 })) === "com.example.recon.MatchWorker",
  );
});

it("answers a query and reveals a row of it in the dominator tree", async () => {
  const { view, page } = workbench;
  const rows = workbench.rows();
  await workbench.show("recon.hprof.gz", "Query");
  const offered = "SELECT toString(t.name), t FROM INSTANCEOF java.lang.Thread t";
  const box = view.getByRole("textbox", { name: /^Query/ });
  await workbench.click(
    view.getByRole("button", { name: offered }),
    async () => (await box.inputValue()) === offered,
  );
  await ask(
    "SELECT m, m.@retainedHeapSize FROM java.util.HashMap m WHERE m.size > 10000",
    async () => (await rows.count()) === 1 && (await rows.first().innerText()).includes("HashMap"),
  );
  await workbench.screenshot("query-result-dark");
  const held = view.locator("[role=row][aria-selected=true]", { hasText: "held by static BY_REFERENCE" });
  await workbench.chooseInRow("HashMap", "Reveal in Dominator Tree", held);
  // Back the way one came.
  await workbench.step(
    "the way back",
    () => page.keyboard.press("Alt+ArrowLeft"),
    workbench.activeView("Query"),
  );
  await workbench.step(
    "the view before",
    () => page.keyboard.press("Alt+PageUp"),
    workbench.activeView("Threads"),
  );
  const filter = view.getByRole("textbox", { name: "Filter by name, state or frame" });
  await workbench.step(
    "the filter by its key",
    () => page.keyboard.press("Control+F"),
    () => filter.evaluate((field) => (field.getRootNode() as ShadowRoot).activeElement === field),
  );
});

it("completes a query while it is typed, and brings back those that were run", async () => {
  const { view } = workbench;
  await workbench.show("recon.hprof.gz", "Query");
  const box = view.getByRole("textbox", { name: /^Query/ });
  const whole = "SELECT m FROM java.util.LinkedHashMap";
  await workbench.step(
    "the name of the class",
    async () => {
      await box.fill("", { timeout: 5_000 });
      await box.pressSequentially(whole.slice(0, -4), { timeout: 10_000 });
      await view.getByRole("option", { selected: true }).waitFor({ timeout: 5_000 });
      await workbench.screenshot("query-completion-dark");
      await box.press("Enter", { timeout: 5_000 });
    },
    async () => (await box.inputValue()).startsWith(whole),
  );
  await ask("SELECT t FROM java.lang.Thread t", workbench.rows().filter({ hasText: "java.lang.Thread @" }));
  await box.fill("");
  const before = "SELECT m, m.@retainedHeapSize FROM java.util.HashMap m WHERE m.size > 10000";
  await workbench.step(
    "the query before the last one",
    async () => {
      await box.press("Alt+ArrowUp", { timeout: 5_000 });
      await box.press("Alt+ArrowUp", { timeout: 5_000 });
    },
    async () => (await box.inputValue()) === before,
  );
  await workbench.step(
    "the last one by the list",
    async () => {
      await view.getByRole("button", { name: "History" }).click({ timeout: 5_000 });
      await view.getByRole("menuitem", { name: "java.lang.Thread t" }).click({ timeout: 5_000 });
    },
    async () => (await box.inputValue()) === "SELECT t FROM java.lang.Thread t",
  );
});

/** What every object can be asked, but for what leads to code, which not every class and reference has. */
const ofAnyObject = [
  "Inspect",
  "Why Is It Alive?",
  "Reveal in Dominator Tree",
  "Incoming References",
  "Outgoing References",
  "Show Instances",
  "Compare with Earlier Dumps",
  "Write Note…",
  "Copy Object Id",
  "Copy Class Name",
  "Copy Link to Object",
];

it("offers the same for an object, in the same order, wherever it stands, by keys alone", async () => {
  const { view } = workbench;
  const offered = async (where: string, target: Locator) => {
    const titles = await workbench.menuByKey(target);
    expect(titles[0], where).toBe("Inspect");
    expect(
      titles.filter((title) => ofAnyObject.includes(title)),
      where,
    ).toEqual(ofAnyObject);
    return titles;
  };
  const query = "SELECT m FROM java.util.HashMap m WHERE m.size > 10000";
  await ask(query, async () => (await workbench.rows().count()) === 1);
  const result = view.getByRole("grid", { name: "Result of the query" });
  await offered("query", result);
  await workbench.step(
    "the object by Enter",
    () => result.press("Enter", { timeout: 5_000 }),
    view.getByRole("heading", { name: "java.util.HashMap" }),
  );
  await workbench.screenshot("object-menu-dark");
  await offered(
    "inspector, who keeps it",
    view.locator(".key-value button.link", { hasText: "RecentEntries" }).first(),
  );
  const referrers = view.getByRole("treegrid", { name: "Referred to by" });
  await referrers.locator(".grid-rows [role=row]").first().waitFor();
  await offered("inspector, referrers", referrers);
  await workbench.step(
    "the way to the paths by the button's menu",
    async () => {
      await view.getByRole("button", { name: "More Actions…" }).first().click({ timeout: 5_000 });
      await view.getByRole("menuitem", { name: "Why Is It Alive?" }).click({ timeout: 5_000 });
    },
    workbench.activeView("Why Alive"),
  );
  await offered("paths", view.locator(".path button.link", { hasText: "HashMap" }).first());
  await workbench.chooseTab("Dominator Tree");
  const tree = view.getByRole("treegrid", { name: "Dominator tree" });
  await workbench.rows().first().waitFor();
  await offered("dominators", tree);
  await workbench.chooseTab("Threads");
  await offered("threads", view.getByRole("grid", { name: "Threads" }));
  await offered("locals", view.locator(".frames ul button.link").first());
  await workbench.chooseTab("Leak Suspects");
  await offered("suspects", view.locator("article.suspect .way button.link").last());
  await workbench.chooseTab("Overview");
  await offered("treemap", view.locator(".tile").first());
  const tile = await offered("most suspicious", view.locator(".top-suspects button.link").first());
  expect(tile).toContain("Go to Holding Field (BY_REFERENCE)");
});

it("goes from an object to those that refer to it, and from a class to its objects", async () => {
  const { view } = workbench;
  await workbench.show("recon.hprof.gz", "Overview");
  const suspect = view.locator(".top-suspects button.link").first();
  const choose = (item: string, shown: Locator) =>
    workbench.step(
      item,
      async () => {
        await suspect.press("Shift+F10", { timeout: 5_000 });
        await view.getByRole("menuitem", { name: item, exact: true }).click({ timeout: 5_000 });
      },
      shown,
    );
  const focused = (name: string) =>
    view.locator(".grid:focus").and(view.getByRole("treegrid", { name, exact: true }));
  await choose("Incoming References", focused("Referred to by"));
  await workbench.chooseTab("Overview");
  await choose("Outgoing References", focused("Refers to"));
  await workbench.chooseTab("Overview");
  await choose("Show Instances", view.getByRole("grid", { name: "Objects of java.util.HashMap" }));
  const biggest = workbench.rows().filter({ hasText: "size 15,000" });
  await biggest.first().waitFor();
  await workbench.screenshot("instances-dark");
});

it("says who keeps the objects of a class, and why they are alive", async () => {
  const { view } = workbench;
  await workbench.show("recon.hprof.gz", "Histogram");
  await view.getByRole("textbox", { name: "Filter by class name" }).fill("recon.LedgerEntry");
  const keepers = view.getByRole("grid", { name: "Immediate dominators" }).getByRole("row");
  await workbench.chooseInRow(
    "LedgerEntry",
    "Why Are They Alive?",
    keepers.filter({ hasText: "HashMap$Node" }),
  );
  // The merged paths below lead to the field that holds them.
  await view.locator(".path.merged", { hasText: "BY_REFERENCE" }).waitFor();
  await workbench.screenshot("class-dominators-dark");
  await view.getByRole("textbox", { name: /^Look through classes/ }).fill("java.*");
  await keepers.filter({ hasText: "RecentEntries" }).first().waitFor();
});

it("says what is wrong with a query", async () => {
  await ask("SELECT FROM WHERE", workbench.view.locator(".error[role=alert]"));
});

it("says in every view what a small memory budget left out, and shows no size that is not known", async () => {
  const { view, page } = workbench;
  mkdirSync(join(workbench.folder, ".vscode"));
  // The title tells when VS Code has read the file.
  const settings = { "exhume.analyzer.memoryBudget": 142, "window.title": "budget of 142 MiB" };
  writeFileSync(join(workbench.folder, ".vscode/settings.json"), JSON.stringify(settings));
  await expect.poll(() => page.title(), { timeout: 60_000 }).toContain(settings["window.title"]);
  const dump = "tight.hprof.gz";
  copyFileSync(join(workbench.folder, "recon.hprof.gz"), join(workbench.folder, dump));
  await workbench.file(dump).waitFor();
  await workbench.openDump(dump);
  const note = view.locator(".left-out");
  const figures = view.locator(".figures").first();
  await note.or(figures).first().waitFor();
  // The setting counts when a dump is opened: where that was done before it was read, it is done again.
  if (!(await note.isVisible())) await workbench.command("Exhume: Restart Analyzer", note);
  expect(await note.textContent()).toMatch(
    /left out: they need a memory budget of 143 MiB, this one is 142 MiB.*reachable or not/,
  );
  const seen: string[] = [];
  for (const tab of await workbench.viewTitles()) {
    await workbench.chooseTab(tab);
    await workbench.settled();
    await note.waitFor();
    const shown = await view.locator("#view").innerText();
    expect(shown, tab).not.toMatch(/undefined|NaN|Internal error/);
    // Slots that hold nothing are really none in many a class.
    if (tab !== "Waste" && tab !== "Collections") expect(shown, tab).not.toMatch(/(?<![\d.])0 B/);
    seen.push(tab);
    if (tab === "Dominator Tree") expect(shown).toContain("needs a memory budget of 143 MiB");
    if (tab === "Overview") await workbench.screenshot("without-dominators-overview-dark");
    if (tab === "Threads") await workbench.screenshot("without-dominators-threads-dark");
    if (tab === "Leak Suspects") expect(shown).toContain("dominators were left out");
  }
  // Who has read it need not see it again.
  await workbench.click(note.getByRole("button", { name: "Dismiss" }), async () => !(await note.isVisible()));
  await workbench.chooseTab("Overview");
  await figures.waitFor();
  expect(await note.isVisible()).toBe(false);
  expect(seen).toEqual(
    expect.arrayContaining(["Overview", "Threads", "Waste", "Class Loaders", "References"]),
  );
});
