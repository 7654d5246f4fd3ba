import { writeFileSync } from "node:fs";
import Mocha from "mocha";
import { analyzerSuite } from "./analyzerSuite";
import { coreHeapSuite } from "./coreHeapSuite";
import { coreSuite } from "./coreSuite";
import { debugSuite } from "./debugSuite";
import { editorSuite } from "./editorSuite";
import { manifestSuite } from "./manifestSuite";
import { privacySuite } from "./privacySuite";
import { sourceSuite } from "./sourceSuite";

/** Entry point VS Code calls inside the extension host. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "tdd", timeout: 20_000, reporter: "spec", color: false });
  mocha.suite.emit("pre-require", globalThis, "", mocha);
  for (const suite of [
    manifestSuite,
    analyzerSuite,
    editorSuite,
    sourceSuite,
    debugSuite,
    coreSuite,
    coreHeapSuite,
    privacySuite,
  ])
    suite();
  const counts = await new Promise<{ passed: number; failed: number; failures: string[] }>((done) => {
    const messages: string[] = [];
    const runner = mocha.run(() => {
      const { passes = 0, failures = 0, pending = 0 } = runner.stats ?? {};
      // A skipped test is a promise not kept.
      done({ passed: passes, failed: failures + pending, failures: messages });
    });
    runner.on("fail", (test, error) => messages.push(`${test.fullTitle()}\n${error?.stack ?? error}`));
    runner.on("pending", (test) => messages.push(`${test.fullTitle()}\nskipped`));
  });
  const results = process.env["EXHUME_HOST_RESULTS"];
  if (results !== undefined) writeFileSync(results, JSON.stringify(counts));
  if (counts.failed > 0 || counts.passed === 0) throw new Error(`${counts.failed} host tests failed`);
}
