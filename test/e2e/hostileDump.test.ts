import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hostileFieldDump, hostileNamesDump } from "../build/hostileDump";
import { Workbench } from "./workbench";

let workbench: Workbench;
/** What VS Code asked anybody but its own server for. */
const askedFor: string[] = [];
/** Nothing is as it should be, in a workspace that is trusted. */
const settings = {
  "exhume.source.pathMap": null,
  "exhume.source.builds": 5,
  "exhume.heap.sizeModel": { toString: 1 },
  "exhume.analyzer.workers": "many",
  "exhume.analyzer.memoryBudget": -1,
  "exhume.dumps.remindAfterDays": [],
};

beforeAll(async () => {
  const files = { ".vscode/settings.json": JSON.stringify(settings) };
  workbench = await Workbench.open({ dialogs: true, files });
  const { page, folder } = workbench;
  const own = new URL(page.url()).host;
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http") && host !== own && !host.endsWith(`.${own}`))
      askedFor.push(request.url());
  });
  writeFileSync(join(folder, "hostile-names.hprof"), hostileNamesDump());
  writeFileSync(join(folder, "hostile-field.hprof"), hostileFieldDump());
});
afterAll(() => workbench?.close());

/** Asked for on behalf of a dump: VS Code's own addresses are none of ours. */
const beacons = () => askedFor.filter((url) => /beacon|127\.0\.0\.1:(?:9|8443)\b|evil/.test(url));

/** Follows a link as from a ticket, until the state shows. */
async function follow(link: string, shown: Locator): Promise<void> {
  const input = workbench.page.locator(".quick-input-widget input.input[placeholder^='vscode://']:visible");
  await workbench.step(
    "the link",
    async () => {
      await workbench.command("Exhume: Open Link into a Dump…", input);
      await input.fill(link, { timeout: 5_000 });
      await input.press("Enter", { timeout: 5_000 });
    },
    shown,
  );
}

it("tells of a class named as a link without a link", async () => {
  await workbench.show("hostile-names.hprof", "Dominator Tree");
  const toast = workbench.page.locator(".notification-toast .notification-list-item-message", {
    hasText: "Source moved",
  });
  await workbench.chooseInRow("Source moved", "Go to Class", toast);
  expect(await toast.innerText()).toContain("com.evil.Order [Source moved] (command:");
  expect(await toast.locator("a").count()).toBe(0);
  await workbench.screenshot("hostile-class-dark");
});

it("shows names as they are in the views, and loads nothing", async () => {
  const { view } = workbench;
  await view
    .locator("[role=row]", { hasText: "![beacon](https:..127.0.0.1:9.beacon.png) <img src=x> $(bug)" })
    .first()
    .waitFor();
  expect(await view.locator("img").count()).toBe(0);
  expect(beacons()).toEqual([]);
});

it("refuses what a name would be, were it ever drawn as markup", async () => {
  const violated = await workbench.view.locator("body").evaluate(async (body) => {
    const directives = new Set<string>();
    const { document } = body.ownerDocument.defaultView!;
    document.addEventListener("securitypolicyviolation", (event) => directives.add(event.effectiveDirective));
    const picture = document.createElement("img");
    picture.src = "https://127.0.0.1:7/probe.png";
    const script = document.createElement("script");
    script.textContent = "document.title = 'PWNED'";
    const style = document.createElement("style");
    style.textContent = "body { background: url(https://127.0.0.1:7/probe.png) }";
    const frame = document.createElement("iframe");
    frame.src = "https://127.0.0.1:7/";
    const link = document.createElement("a");
    link.setAttribute("onclick", "document.title = 'PWNED'");
    for (const each of [picture, script, style, frame, link]) body.append(each);
    link.click();
    await fetch("https://127.0.0.1:7/probe").catch(() => undefined);
    // Violations are told in tasks of their own.
    while (directives.size < 6) await new Promise((done) => setTimeout(done, 10));
    for (const each of [picture, script, style, frame, link]) each.remove();
    return { title: document.title, directives: [...directives].sort() };
  });
  expect(violated).toEqual({
    title: "Exhume",
    directives: [
      "connect-src",
      "frame-src",
      "img-src",
      "script-src-attr",
      "script-src-elem",
      "style-src-elem",
    ],
  });
});

it("puts a query of a link into the Query view and runs it when asked", async () => {
  const { view, folder } = workbench;
  const query = "SELECT * FROM byte[] b";
  const place = new URLSearchParams({
    dump: join(folder, "hostile-names.hprof"),
    view: "query",
    params: JSON.stringify({ text: query }),
  });
  await follow(`vscode://exhume.exhume/open?${place}`, workbench.activeView("Query"));
  const box = view.getByRole("textbox", { name: /^Query/ });
  await expect.poll(() => box.inputValue(), { timeout: 60_000 }).toBe(query);
  await workbench.settled();
  await view.getByText("Ask the heap in OQL").waitFor();
  expect(await workbench.rows().count()).toBe(0);
  await workbench.click(view.getByText("Run", { exact: true }), workbench.rows());
});

it("asks before a link opens what lies on another machine", async () => {
  const { page } = workbench;
  const place = new URLSearchParams({ dump: "//evil.example/share/x.hprof", view: "overview" });
  const dialog = page.locator(".monaco-dialog-box", { hasText: "on another machine" });
  await follow(`vscode://exhume.exhume/open?${place}`, dialog);
  expect(await dialog.innerText()).toContain("//evil.example/share/x.hprof");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await page.locator(".tab", { hasText: "x.hprof" }).count()).toBe(0);
});

it("loads no picture that a field is named as, in the hover of the Dumps view", async () => {
  await workbench.show("hostile-field.hprof", "Leak Suspects");
  await workbench.settled();
  await workbench.showDumps();
  const row = workbench.page.locator(".monaco-list-row", { hasText: "hostile-field.hprof" }).last();
  const hover = workbench.page.locator(".monaco-hover", { hasText: "Top suspect" });
  await workbench.step(
    "the hover of the dump",
    async () => {
      await workbench.page.mouse.move(700, 500);
      await row.hover({ timeout: 5_000 });
    },
    hover,
  );
  expect(await hover.innerText()).toContain("Registry.`![beacon](https://127.0.0.1:8443/beacon.png)`");
  expect(await hover.locator("img, a").count()).toBe(0);
  expect(beacons()).toEqual([]);
  await workbench.screenshot("hostile-hover-dark");
});
