import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commands, Uri, window } from "vscode";
import type { SecretRow } from "../../analyzer/protocol/privacy/secrets";
import { goToSecret, writeRedactedCopy } from "../../extension/privacy";
import { activated, closeEditors, copyOfSample } from "./exhume";

const threads = `Full thread dump OpenJDK 64-Bit Server VM (17.0.9+9 mixed mode):

"mail to ada.lovelace@mail.example.org" #12 prio=5 os_prio=0 tid=0x00007f02 nid=0x2 runnable  [0x00007f03]
   java.lang.Thread.State: RUNNABLE
\tat com.example.Shop.serve(Shop.java:12)

JNI global refs: 5, weak refs: 0
`;

function savedThreads(): Uri {
  const text = Uri.file(join(mkdtempSync(join(tmpdir(), "exhume-text-")), "threads.txt"));
  writeFileSync(text.fsPath, threads);
  return text;
}

function find(dump: Uri): Thenable<readonly SecretRow[]> {
  return commands.executeCommand("exhume.findSecrets", dump);
}

export function privacySuite(): void {
  suite("privacy", () => {
    teardown(closeEditors);

    test("lists secrets without their values, and goes to the one that is chosen", async () => {
      const text = savedThreads();
      const rows = await find(text);
      assert.deepEqual(
        rows.map(({ kind, count, at }) => [kind, count, at]),
        [["email", 1, "3"]],
      );
      assert.ok(!JSON.stringify(rows).includes("lovelace"));
      const { editors } = await activated();
      await goToSecret(editors, text, rows[0]!);
      assert.equal(window.activeTextEditor?.document.uri.fsPath, text.fsPath);
      assert.equal(window.activeTextEditor.selection.active.line, 2);
    });

    test("says so where nothing looks like a secret", async () => {
      assert.deepEqual(await find(copyOfSample("plain.hprof.gz")), []);
    });

    test("saves a redacted copy, shows what was proven, and replaces nothing", async () => {
      const { analyzer } = await activated();
      const dump = savedThreads();
      const out = Uri.file(`${dump.fsPath}.copy.txt`);
      const shares: number[] = [];
      const listening = analyzer.onProgress(({ path, fraction }) => {
        if (path === dump.fsPath) shares.push(fraction);
      });
      await writeRedactedCopy(analyzer, dump, out, "fields");
      listening.dispose();
      assert.ok(shares.length > 0 && shares.every((share) => share >= 0 && share <= 1));
      assert.match(
        window.activeTextEditor?.document.getText() ?? "",
        /^Redacted copy at level fields: proven/,
      );
      const { statement } = JSON.parse(readFileSync(`${out.fsPath}.report.json`, "utf8"));
      assert.equal(statement.passed, true);
      assert.equal(statement.copy.bytes, statSync(out.fsPath).size);
      assert.ok(!readFileSync(out.fsPath, "utf8").includes("lovelace"));
      assert.equal(readFileSync(dump.fsPath, "utf8"), threads);
      await assert.rejects(writeRedactedCopy(analyzer, dump, out, "fields"), /exists/);
    });
  });
}
