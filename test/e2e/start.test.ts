import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { launchBrowser } from "../../.scripts/vscodeBrowser.mjs";
import { repository } from "../../.scripts/vscodeServer.mjs";

let start: ChildProcess | undefined;
afterAll(async () => {
  if (start === undefined) return;
  const ended = new Promise((done) => start!.once("exit", done));
  start.kill("SIGINT");
  await ended;
});

/** The address that `npm start` prints. */
function address(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    let output = "";
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = /http:\/\/127\.0\.0\.1:\S+(?=\s)/.exec(output);
      if (found) done(found[0]);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("exit", (code) => fail(new Error(`npm start ended with ${code}:\n${output}`)));
  });
}

it("npm start opens the sample dump by itself at the address it prints", async () => {
  start = spawn(process.execPath, [join(repository, ".scripts/start.mjs"), "--serve"], { stdio: "pipe" });
  const url = await address(start);
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
    await page.goto(url);
    const view = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    await view
      .locator(".top-suspects", { hasText: "RecentEntries.BY_REFERENCE" })
      .waitFor({ timeout: 90_000 });
    expect(await page.locator(".tab.active").textContent()).toContain("recon.hprof.gz");
  } finally {
    await browser.close();
  }
});
