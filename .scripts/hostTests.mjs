// Runs the suite inside an extension host: a desktop VS Code where one can be downloaded, the served one elsewhere.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { repository, vscodeVersion } from "./vscodeServer.mjs";

const downloadHost = "https://update.code.visualstudio.com/api/releases/stable";

/** Runs the suite and returns how many tests passed and failed. */
async function runHostTests() {
  const desktop =
    process.platform !== "linux" || (Boolean(process.env.DISPLAY) && (await answers(downloadHost)));
  const folder = mkdtempSync(join(tmpdir(), "exhume-host-"));
  const results = join(folder, "results.json");
  console.log(desktop ? `VS Code ${vscodeVersion}, downloaded` : `VS Code ${vscodeVersion}, served`);
  try {
    await runTests({
      ...(desktop
        ? { version: vscodeVersion }
        : { vscodeExecutablePath: join(repository, ".scripts/vscodeShim.mjs") }),
      extensionDevelopmentPath: repository,
      extensionTestsPath: join(repository, "dist/test/host.cjs"),
      extensionTestsEnv: { EXHUME_HOST_RESULTS: results, EXHUME_REPOSITORY: repository },
      launchArgs: [join(repository, "test/sample/workspace"), "--disable-extensions"],
    }).catch((error) => console.error(error.message));
    return JSON.parse(readFileSync(results, "utf8"));
  } catch (error) {
    console.error(`The host suite left no results: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function answers(url) {
  return new Promise((done) => {
    const request = get(url, { timeout: 5000 }, (response) => {
      response.destroy();
      done(response.statusCode !== undefined && response.statusCode < 500);
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => done(false));
  });
}

// node .scripts/hostTests.mjs [FILE]: the file takes what came of it, failures too.
const results = await runHostTests();
if (process.argv[2] !== undefined) writeFileSync(process.argv[2], JSON.stringify(results));
console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 && results.passed > 0 ? 0 : 1;
