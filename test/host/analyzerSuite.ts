import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CancellationTokenSource, commands, Uri } from "vscode";
import type { AnalyzerError } from "../../extension/analyzerClient";
import { writeAdversarialDump } from "../build/adversarialDumps";
import { activated, closeEditors, copyOfSample, factsOf, opened, sampleDump } from "./exhume";

/** The code of the fault a promise rejects with. */
async function faultCode(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (thrown) {
    return (thrown as AnalyzerError).fault?.code ?? `not a fault: ${thrown}`;
  }
  return "no fault";
}

function file(name: string, contents: string | Uint8Array): Uri {
  const path = join(mkdtempSync(join(tmpdir(), "exhume-bad-")), name);
  writeFileSync(path, contents);
  return Uri.file(path);
}

export function analyzerSuite(): void {
  suite("analyzer", () => {
    teardown(closeEditors);

    test("answers requests of one dump from several editors and closes with the last", async () => {
      const { analyzer } = await activated();
      const path = sampleDump.fsPath;
      const first = await analyzer.request("dump/open", { path });
      const second = await analyzer.request("dump/open", { path });
      assert.equal(first.kind, "heap");
      await analyzer.request("dump/ready", { dump: second.dump });
      await analyzer.request("dump/close", { dump: first.dump });
      const summary = await analyzer.request("heap/summary", { dump: second.dump });
      assert.ok(summary.totals.objects > 30_000, `${summary.totals.objects} objects`);
      await analyzer.request("dump/close", { dump: second.dump });
      assert.notEqual(await faultCode(analyzer.request("heap/summary", { dump: second.dump })), "no fault");
    });

    test("answers an unknown request with a fault", async () => {
      const { analyzer } = await activated();
      assert.notEqual(await faultCode(analyzer.request("dump/nonsense" as never, {} as never)), "no fault");
    });

    test("stops the indexing when it is cancelled", async () => {
      const { analyzer } = await activated();
      // Far more than is indexed while one request goes there and back.
      const path = join(mkdtempSync(join(tmpdir(), "exhume-cancel-")), "queue.hprof");
      writeAdversarialDump(path, "queue-and-map", 300_000);
      const { dump } = await analyzer.request("dump/open", { path, options: { useSavedIndex: false } });
      const ready = faultCode(analyzer.request("dump/ready", { dump }));
      await analyzer.request("dump/cancel", { dump });
      assert.equal(await ready, "cancelled");
      assert.equal((await analyzer.request("dump/state", { dump })).state, "failed");
      await analyzer.request("dump/close", { dump });
      rmSync(path);
    });

    test("says cancelled when a request is cancelled, and the dump stays open", async () => {
      const { analyzer } = await activated();
      const { dump } = await analyzer.request("dump/open", { path: copyOfSample("asked.hprof.gz").fsPath });
      await analyzer.request("dump/ready", { dump });
      const source = new CancellationTokenSource();
      const text = "SELECT * FROM java.lang.Object";
      const asked = faultCode(
        analyzer.request("heap/query", { dump, text, start: 0, count: 1 }, source.token),
      );
      source.cancel();
      assert.equal(await asked, "cancelled");
      assert.equal((await analyzer.request("dump/state", { dump })).state, "ready");
      await analyzer.request("dump/close", { dump });
    });

    for (const [name, contents, code] of [
      ["empty.hprof", "", "empty"],
      ["text.hprof", "not a dump at all\n", "notADump"],
    ] as const) {
      test(`shows why ${name} cannot be opened`, async () => {
        const host = await opened(file(name, contents), ({ state }) => state.state === "failed");
        const { state } = host.document.facts;
        assert.ok(state.state === "failed");
        assert.equal(state.fault.code, code);
        assert.ok(state.fault.message.includes(name), state.fault.message);
      });
    }

    test("shows why a file that is gone cannot be opened", async () => {
      const gone = file("gone.hprof", "x");
      rmSync(gone.fsPath);
      const { analyzer } = await activated();
      assert.equal(await faultCode(analyzer.request("dump/open", { path: gone.fsPath })), "unreadable");
    });

    test("when its process is killed, the editor says why, comes back, and answers", async () => {
      const { analyzer } = await activated();
      const host = await opened(copyOfSample("killed.hprof.gz"));
      const before = await analyzer.pid();
      const back = factsOf(
        host,
        ({ state, restartedAfter }) => state.state === "ready" && restartedAfter !== undefined,
      );
      process.kill(before!, "SIGKILL");
      const facts = await back;
      assert.match(facts.restartedAfter!, /SIGKILL/);
      assert.notEqual(await analyzer.pid(), before);
      const summary = await host.document.ask("heap/summary", {});
      assert.ok(summary.totals.objects > 30_000);
    });

    test("a restart that was asked for is no crash, however often", async () => {
      const { analyzer } = await activated();
      const host = await opened(copyOfSample("restarted.hprof.gz"));
      for (let time = 0; time < 2; time++) {
        const before = await analyzer.pid();
        const gone = factsOf(host, ({ state }) => state.state !== "ready");
        await commands.executeCommand("exhume.restartAnalyzer");
        await gone;
        const facts = await factsOf(host, ({ state }) => state.state === "ready" || state.state === "failed");
        assert.equal(facts.state.state, "ready");
        assert.equal(facts.restartedAfter, undefined);
        assert.notEqual(await analyzer.pid(), before);
      }
    });

    test("when it dies again at once, the editor waits for the user", async () => {
      const { analyzer } = await activated();
      const host = await opened(copyOfSample("killedTwice.hprof.gz"));
      const back = factsOf(
        host,
        ({ state, restartedAfter }) => state.state === "ready" && restartedAfter !== undefined,
      );
      process.kill((await analyzer.pid())!, "SIGKILL");
      await back;
      const failed = factsOf(host, ({ state }) => state.state === "failed");
      process.kill((await analyzer.pid())!, "SIGKILL");
      const { state } = await failed;
      assert.ok(state.state === "failed" && state.fault.code === "analyzerLost");
      await host.document.reopen();
      await factsOf(host, (facts) => facts.state.state === "ready");
    });
  });
}
