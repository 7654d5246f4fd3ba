import { strict as assert } from "node:assert";
import { join } from "node:path";
import { commands, TabInputCustom, Uri, window } from "vscode";
import { writeHeapDump } from "../../extension/heapOfCore";
import { followLink, linkTo } from "../../extension/links";
import { parseLink } from "../../extension/linkTarget";
import { deleteRun, type JvmRun, runJvm } from "../build/jvmCores";
import { activated, closeEditors, factsOf, opened } from "./exhume";

/** A JVM's core is a process and a heap. */
export function coreHeapSuite(): void {
  suite("core of a JVM", () => {
    let run: JvmRun;

    suiteSetup(async function () {
      this.timeout(120_000);
      const flags = ["-XX:+UseSerialGC"];
      run = await runJvm(
        { release: 17, scenario: "mixed", seconds: 0, flags, heapMiB: 64, writesCore: true },
        "host",
      );
    });

    suiteTeardown(() => deleteRun(run));
    teardown(closeEditors);

    test("opens as a process, its heap beside it as a heap dump, and is saved as one", async function () {
      this.timeout(120_000);
      const { editors, analyzer } = await activated();
      const core = Uri.file(run.core);
      const process = await opened(core);
      assert.equal(process.document.facts.kind, "core");
      await commands.executeCommand("exhume.openHeapOfCore", core);
      const heap = editors.open.find((each) => each !== process);
      assert.ok(heap);
      const facts = await factsOf(heap, ({ state }) => state.state === "ready");
      assert.equal(facts.kind, "heap");
      assert.equal(facts.name, "Java heap of core");
      const input = window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof TabInputCustom);
      assert.equal(input.viewType, "exhume.heapDump");
      const labels = window.tabGroups.activeTabGroup.tabs.map(({ label }) => label);
      assert.deepEqual(labels, ["core", "core (Java heap)"]);
      const { suspects } = await heap.document.ask("heap/suspects", {});
      assert.equal(suspects[0]?.field?.name, "kept");
      assert.equal(suspects[0]?.field?.className, "Growing");

      const out = Uri.file(join(run.folder, "saved.hprof.gz"));
      await writeHeapDump(analyzer, core, out);
      const saved = await opened(out);
      const { totals } = await saved.document.ask("heap/summary", {});
      assert.deepEqual(totals, (await heap.document.ask("heap/summary", {})).totals);
      for (const [dump, other] of [
        [heap, out],
        [saved, core],
      ] as const) {
        const { grownBytes, dumps } = await dump.document.ask("heap/compareWith", { others: [other.fsPath] });
        assert.equal(grownBytes, 0);
        assert.deepEqual(new Set(dumps.map(({ path }) => path)), new Set([core.fsPath, out.fsPath]));
      }

      const place = { view: "suspects", params: {} } as const;
      const link = parseLink(Uri.parse(linkTo(heap.document.uri, place)));
      assert.equal(link?.heapOfCore, true);
      await followLink(editors, link);
      assert.equal(editors.current, heap);
      // A core has no such view: its heap has.
      await editors.show(core);
      assert.equal(editors.current, process);
      await editors.show(core, place);
      assert.equal(editors.current, heap);
    });
  });
}
