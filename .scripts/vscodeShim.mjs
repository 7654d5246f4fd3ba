#!/usr/bin/env node
// Takes VS Code's own arguments and runs an extension test suite in the served VS Code, so that
// `@vscode/test-electron`'s runTests works on machines where no desktop VS Code can be had.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launchBrowser } from "./vscodeBrowser.mjs";
import { startServer } from "./vscodeServer.mjs";

const argument = (name) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const folder = process.argv.slice(2).find((arg) => !arg.startsWith("-"));
const data = mkdtempSync(join(tmpdir(), "exhume-vscode-"));
const server = await startServer({ data });
const browser = await launchBrowser();
let exitCode = 1;
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const ended = new Promise((done, fail) => {
    page.exposeFunction("codeAutomationExit", done);
    page.on("crash", () => fail(new Error("the workbench page crashed")));
  });
  await page.exposeFunction("codeAutomationLog", (type, args) => {
    (type === "error" || type === "warn" ? console.error : console.log)(...args);
  });
  await page.goto(
    server.url({
      folder,
      development: argument("extensionDevelopmentPath"),
      tests: argument("extensionTestsPath"),
    }),
  );
  const limit = setTimeout(() => browser.close(), 10 * 60_000);
  exitCode = await ended;
  clearTimeout(limit);
} finally {
  await browser.close();
  await server.close();
  rmSync(data, { recursive: true, force: true });
}
process.exit(exitCode);
