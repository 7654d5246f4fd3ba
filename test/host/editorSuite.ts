import { strict as assert } from "node:assert";
import { readFileSync, writeFileSync } from "node:fs";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import {
  ConfigurationTarget,
  commands,
  env,
  type InputBoxOptions,
  TabInputCustom,
  Uri,
  window,
  workspace,
} from "vscode";
import { linkTo } from "../../extension/links";
import { parseLink } from "../../extension/linkTarget";
import { SourceNavigator } from "../../extension/navigation";
import {
  activated,
  closeEditors,
  copyOfSample,
  factsOf,
  lineUnderCursor,
  opened,
  sampleDump,
} from "./exhume";

export function editorSuite(): void {
  suite("editor", () => {
    teardown(closeEditors);

    test("is the default for *.hprof.gz and for cores", async () => {
      const defaults = [
        [sampleDump, "exhume.heapDump"],
        [copyOfSample("core.4711"), "exhume.coreDump"],
        [copyOfSample("core"), "exhume.coreDump"],
      ] as const;
      for (const [dump, viewType] of defaults) {
        await commands.executeCommand("vscode.open", dump);
        const input = window.tabGroups.activeTabGroup.activeTab?.input;
        assert.ok(input instanceof TabInputCustom);
        assert.equal(input.viewType, viewType);
      }
    });

    test("opens a dump with any name: content tells the kind", async () => {
      const host = await opened(copyOfSample("support-case-4711.bin"));
      assert.equal(host.document.facts.kind, "heap");
      const input = window.tabGroups.activeTabGroup.activeTab?.input;
      assert.ok(input instanceof TabInputCustom);
      assert.equal(input.viewType, "exhume.heapDump");
    });

    test("opens an encrypted dump by the identity in the settings, and remembers no suspect of it", async () => {
      const dump = Uri.file(`${copyOfSample("sealed.hprof.gz").fsPath}.age`);
      const key = `${dump.fsPath}.key`;
      const encrypter = new Encrypter();
      const identity = await generateX25519Identity();
      encrypter.addRecipient(await identityToRecipient(identity));
      writeFileSync(dump.fsPath, await encrypter.encrypt(readFileSync(sampleDump.fsPath)));
      writeFileSync(key, identity, { mode: 0o600 });
      const setting = () => workspace.getConfiguration("exhume.encryption");
      await setting().update("identityFiles", [key], ConfigurationTarget.Global);
      try {
        const { document } = await opened(dump);
        assert.ok(document.facts.isEncrypted);
        assert.equal(document.facts.kind, "heap");
        assert.match(document.facts.format, /encrypted with age/);
        const { suspects } = await document.ask("heap/suspects", {});
        assert.ok(suspects.length > 0);
        const { listed } = await activated();
        const found = (await listed.all()).find(({ path }) => path === dump.fsPath);
        assert.equal(found?.suspect, undefined);
      } finally {
        await setting().update("identityFiles", undefined, ConfigurationTarget.Global);
      }
    });

    test("asks for the passphrase of an encrypted dump until it is right, in a box that shows nothing", async () => {
      const dump = Uri.file(`${copyOfSample("typed.hprof.gz").fsPath}.age`);
      const encrypter = new Encrypter();
      encrypter.setPassphrase("geheim");
      encrypter.setScryptWorkFactor(10);
      writeFileSync(dump.fsPath, await encrypter.encrypt(readFileSync(sampleDump.fsPath)));
      const answers = ["falsch", "geheim"];
      const asked: (InputBoxOptions | undefined)[] = [];
      const box = window.showInputBox;
      window.showInputBox = (options?: InputBoxOptions) => {
        asked.push(options);
        return Promise.resolve(answers.shift());
      };
      try {
        const { document } = await opened(dump);
        assert.ok(document.facts.isEncrypted);
      } finally {
        window.showInputBox = box;
      }
      assert.deepEqual(
        asked.map((options) => [options?.password, options?.prompt]),
        [
          [true, "It is not kept."],
          [true, "This is not its passphrase."],
        ],
      );
    });

    test("gives its session back when it is closed", async () => {
      const { editors } = await activated();
      const host = await opened(copyOfSample("closed.hprof.gz"));
      await closeEditors();
      assert.equal(editors.open.length, 0);
      await assert.rejects(host.document.ask("heap/summary", {}));
    });

    test("two editors of one file show the same session", async () => {
      const dump = copyOfSample("split.hprof.gz");
      const host = await opened(dump);
      await commands.executeCommand("workbench.action.splitEditor");
      const { editors } = await activated();
      assert.equal(editors.open.length, 2);
      assert.equal(editors.open[0]!.document, editors.open[1]!.document);
      await factsOf(host, ({ state }) => state.state === "ready");
    });

    test("the heaviest way down the tree goes through the field the sample leaks through", async () => {
      const host = await opened(sampleDump);
      const sort = { column: "retainedBytes", descending: true } as const;
      const fields: string[] = [];
      let parent: { parent: string } | undefined;
      for (let level = 0; level < 8; level++) {
        const { rows } = await host.document.ask("heap/dominators", { start: 0, count: 1, sort, ...parent });
        const row = rows[0];
        if (row === undefined) break;
        parent = { parent: row.objectId };
        if (row.heldBy !== undefined) fields.push(`${row.heldBy.className}.${row.heldBy.field}`);
      }
      assert.ok(fields.includes("com.example.recon.RecentEntries.BY_REFERENCE"), fields.join(" > "));
    });

    test("positions lead back to an object in every order", async () => {
      const host = await opened(sampleDump);
      for (const column of ["retainedBytes", "shallowBytes", "className"] as const) {
        for (const descending of [true, false]) {
          const sort = { column, descending };
          const page = await host.document.ask("heap/dominators", { start: 0, count: 60, sort });
          for (const at of [0, 7, 59]) {
            const { objectId } = page.rows[at]!;
            const { positions } = await host.document.ask("heap/dominatorPath", { objectId, sort });
            assert.deepEqual(positions, [at], `${column} ${descending} ${at}`);
          }
        }
      }
    });

    const sources: [string, () => Parameters<SourceNavigator["open"]>[0], string][] = [
      [
        "a class",
        () => ({ kind: "class", className: "com.example.recon.LedgerEntry" }),
        "LedgerEntry.java: final class LedgerEntry {",
      ],
      [
        "an inner class",
        () => ({ kind: "class", className: "com.example.recon.ReconciliationService$Batch" }),
        "ReconciliationService.java: public final class Batch {",
      ],
      [
        "a static field",
        () => ({ kind: "field", className: "com.example.recon.RecentEntries", field: "BY_REFERENCE" }),
        "RecentEntries.java: private static final Map<String, LedgerEntry> BY_REFERENCE = new HashMap<>();",
      ],
      [
        "an instance field",
        () => ({ kind: "field", className: "com.example.recon.LedgerEntry", field: "original" }),
        "LedgerEntry.java: private final byte[] original;",
      ],
      [
        "a frame",
        () => ({
          kind: "frame",
          className: "com.example.recon.MatchWorker",
          method: "match",
          file: "MatchWorker.java",
          line: 32,
        }),
        "MatchWorker.java: match(unmatched, depth + 1);",
      ],
    ];
    for (const [what, target, line] of sources) {
      test(`goes to the source of ${what}`, async () => {
        const { analyzer } = await activated();
        assert.equal(await new SourceNavigator(analyzer).open(target()), true);
        assert.equal(lineUnderCursor(), line);
      });
    }

    test("says so when there is no source", async () => {
      const { analyzer } = await activated();
      const answer = await analyzer.request("source/class", { className: "com.nowhere.Missing" });
      assert.deepEqual(answer.locations, []);
      assert.ok(answer.searched.length > 0, "does not say where it looked");
    });

    test("a copied link opens the same place", async () => {
      const place = { view: "dominators", params: { reveal: "0x1234" } } as const;
      const link = linkTo(Uri.file("/dumps/a b.hprof"), place);
      assert.ok(link.startsWith(`${env.uriScheme}://exhume.exhume/open?`), link);
      const parsed = parseLink(Uri.parse(link));
      assert.equal(parsed?.dump, "/dumps/a b.hprof");
      assert.deepEqual(parsed?.navigation, place);
      assert.equal(parseLink(Uri.parse("vscode://exhume.exhume/open?dump=%2Fx")), undefined);
      const short = parseLink(Uri.parse("exhume:/open?dump=%2Fdumps%2Fa.hprof&view=overview"));
      assert.deepEqual(short?.navigation, { view: "overview", params: {} });
      const row = { table: "modules", key: "/lib/x.so", sort: { column: "status", descending: true } };
      const toRow = linkTo(Uri.file("/dumps/core.1"), { view: "modules", params: {}, row });
      assert.deepEqual(parseLink(Uri.parse(toRow))?.navigation, { view: "modules", params: {}, row });
      const broken = toRow.replace(/&row=.*/, `&row=${encodeURIComponent('{"table":1}')}`);
      assert.deepEqual(parseLink(Uri.parse(broken))?.navigation, { view: "modules", params: {} });
    });
  });
}
