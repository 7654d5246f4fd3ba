import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CodeAction,
  type CodeLens,
  commands,
  type Diagnostic,
  type Event,
  extensions,
  type Hover,
  languages,
  type Position,
  type SymbolInformation,
  Uri,
  window,
  workspace,
} from "vscode";
import { ageInWords, commitOfLine, hashOfBlameLine } from "../../extension/gitHistory";
import { SourceNavigator } from "../../extension/navigation";
import { activated, closeEditors, copyOfSample, lineUnderCursor, opened, sampleDump } from "./exhume";

const holderPath = join(
  process.env["EXHUME_REPOSITORY"]!,
  "test/sample/workspace/src/main/java/com/example/recon/RecentEntries.java",
);
const holder = Uri.file(holderPath);

/** Our problems of the holder's file, once there are as many as wanted; events drive it, not a clock. */
function problems(satisfies: (found: readonly Diagnostic[]) => boolean): Promise<readonly Diagnostic[]> {
  const ours = () => languages.getDiagnostics(holder).filter(({ source }) => source === "Exhume");
  return new Promise((done) => {
    if (satisfies(ours())) done(ours());
    const listener = languages.onDidChangeDiagnostics(() => {
      if (!satisfies(ours())) return;
      listener.dispose();
      done(ours());
    });
  });
}

const some = (found: readonly Diagnostic[]) => found.length > 0;
const none = (found: readonly Diagnostic[]) => found.length === 0;

async function fieldPosition(): Promise<Position> {
  const document = await workspace.openTextDocument(holder);
  const at = document.getText().indexOf("BY_REFERENCE =");
  return document.positionAt(at);
}

/** The tests' settings switch VS Code's git off, so that it does not look into this repository. */
async function enableGit(): Promise<void> {
  const extension = extensions.getExtension("vscode.git");
  assert.ok(extension, "VS Code has no git extension");
  const git = (await extension.activate()) as {
    readonly enabled: boolean;
    readonly onDidChangeEnablement: Event<boolean>;
  };
  const enabled = new Promise((done) => git.onDidChangeEnablement(done));
  // The test's repository is outside the workspace.
  await workspace.getConfiguration("git").update("openRepositoryInParentFolders", "always", true);
  await workspace.getConfiguration("git").update("enabled", true, true);
  if (!git.enabled) await enabled;
}

export function sourceSuite(): void {
  suite("from the dump to the code", () => {
    teardown(closeEditors);

    test("a click on the top suspect lands on the line of the field that holds it", async () => {
      const host = await opened(sampleDump);
      const { suspects } = await host.document.ask("heap/suspects", {});
      const field = suspects[0]?.field;
      assert.ok(field, "the top suspect names no field");
      const { analyzer } = await activated();
      const target = { kind: "field", className: field.className, field: field.name } as const;
      assert.ok(await new SourceNavigator(analyzer).open(target));
      assert.match(lineUnderCursor(), /^RecentEntries\.java: .*BY_REFERENCE =/);
    });

    test("the field's line has a problem, a lens, a hover and quick fixes while the dump is open", async () => {
      await opened(sampleDump);
      const [problem] = await problems(some);
      const position = await fieldPosition();
      assert.equal(problem?.range.start.line, position.line);
      assert.match(problem.message, /^BY_REFERENCE holds .* of recon\.hprof\.gz/);
      assert.ok((problem.relatedInformation ?? []).length > 0, "the path is not told");
      const lenses = await commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", holder, 100);
      const titles = lenses
        .filter(({ range }) => range.start.line === position.line)
        .map(({ command }) => command?.title ?? "");
      assert.ok(
        titles.some((title) => title.startsWith("BY_REFERENCE holds ")),
        titles.join(),
      );
      const hovers = await commands.executeCommand<Hover[]>("vscode.executeHoverProvider", holder, position);
      const text = hovers.flatMap(({ contents }) =>
        contents.map((each) => (typeof each === "string" ? each : each.value)),
      );
      assert.ok(
        text.some((each) => each.includes("Path: ")),
        text.join("\n"),
      );
      const fixes = await commands.executeCommand<CodeAction[]>(
        "vscode.executeCodeActionProvider",
        holder,
        problem.range,
      );
      const offered = fixes.map(({ title }) => title);
      for (const title of ["Open in Dominator Tree", "Show Path to GC Root", "Show Who Wrote This Line"]) {
        assert.ok(offered.includes(title), offered.join());
      }
    });

    test("all of it is gone when the setting is off, and when the dump is closed", async () => {
      await opened(sampleDump);
      await problems(some);
      const setting = workspace.getConfiguration("exhume");
      await setting.update("source.annotations", false, true);
      await problems(none);
      await setting.update("source.annotations", undefined, true);
      await problems(some);
      await closeEditors();
      await problems(none);
      const lenses = await commands.executeCommand<CodeLens[]>("vscode.executeCodeLensProvider", holder, 100);
      assert.deepEqual(
        lenses.filter(({ command }) => command?.title.includes("recon.hprof")),
        [],
      );
    });

    test("classes of the dump are workspace symbols", async () => {
      await opened(sampleDump);
      await problems(some);
      const symbols = await commands.executeCommand<SymbolInformation[]>(
        "vscode.executeWorkspaceSymbolProvider",
        "LedgerEntry",
      );
      assert.ok(symbols.some(({ location }) => location.uri.fsPath.endsWith("LedgerEntry.java")));
    });

    test("a source of the JDK opens read-only from its archive", async () => {
      const { analyzer } = await activated();
      assert.ok(await new SourceNavigator(analyzer).open({ kind: "class", className: "java.util.HashMap" }));
      assert.match(lineUnderCursor(), /^HashMap\.java: public class HashMap</);
      assert.equal(window.activeTextEditor?.document.uri.scheme, "exhume-source");
    });
  });

  suite("dumps and notes", () => {
    teardown(closeEditors);

    test("dumps of the workspace are found by content", async () => {
      const { analyzer } = await activated();
      const folder = join(copyOfSample("case-4711.bin").fsPath, "..");
      writeFileSync(join(folder, "other.bin"), "x".repeat(5000));
      const { dumps } = await analyzer.request("dumps/find", { folders: [folder] });
      assert.deepEqual(
        dumps.map(({ path, kind }) => [path, kind]),
        [[join(folder, "case-4711.bin"), "heap"]],
      );
    });

    test("a note is kept and is in the exported investigation, with links", async () => {
      const host = await opened(copyOfSample("noted.hprof.gz"));
      const note = {
        id: "0x1",
        title: "the cache",
        text: "grows with every statement",
        place: { view: "dominators", params: { reveal: "0x1" } },
        changedMs: 1,
      };
      await host.document.ask("notes/write", { note });
      const markdown = await host.document.ask("investigation/export", { format: "markdown" });
      assert.match(markdown.text, /grows with every statement/);
      assert.match(markdown.text, /vscode:\/\/exhume\.exhume\/open\?dump=/);
      assert.match(markdown.text, /RecentEntries/);
      const html = await host.document.ask("investigation/export", { format: "html" });
      assert.match(html.text, /^<!doctype html>/);
      assert.equal(html.suggestedName, "noted.hprof.gz-investigation.html");
      await host.document.ask("notes/write", { note: { ...note, text: "" } });
      assert.deepEqual((await host.document.ask("notes/list", {})).notes, []);
    });

    test("the Dumps view lists the workspace's dump with its size, age and biggest share", async () => {
      const { dumps } = await activated();
      const isRemembered = () => described().then((text) => /% *$/.test(text));
      const described = async () => {
        const nodes = await dumps.getChildren();
        const items = nodes.map((node) => dumps.getTreeItem(node));
        return String(items.find(({ id }) => id === sampleDump.fsPath)?.description ?? "");
      };
      const remembered = new Promise<void>((done) => {
        const listener = dumps.onDidChangeTreeData(async () => {
          if (!(await isRemembered())) return;
          listener.dispose();
          done();
        });
      });
      if (!(await isRemembered())) {
        await opened(sampleDump);
        await remembered;
      }
      assert.match(await described(), /^1\.8 MiB · .* · top \d+ %$/);
    });

    test("who wrote a line, and when, comes from VS Code's git", async () => {
      const folder = mkdtempSync(join(tmpdir(), "exhume-git-"));
      const git = (...args: string[]) =>
        execFileSync("git", ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org", ...args], {
          cwd: folder,
          env: {
            ...process.env,
            GIT_AUTHOR_DATE: "2026-01-02T10:00:00Z",
            GIT_COMMITTER_DATE: "2026-01-02T10:00:00Z",
          },
        });
      await enableGit();
      git("init", "-q");
      const file = join(folder, "Cache.java");
      writeFileSync(file, "class Cache {\n  static Map ENTRIES;\n}\n");
      git("add", ".");
      git("commit", "-q", "-m", "Keep every entry");
      const commit = await commitOfLine(Uri.file(file), 2);
      assert.equal(commit?.author, "Ada Lovelace");
      assert.equal(commit.subject, "Keep every entry");
      const sentence = await commands.executeCommand<string>("exhume.whoWrote", file, 2);
      assert.match(sentence, /^introduced .* in [0-9a-f]{7} by Ada Lovelace: Keep every entry$/);
      const during = [file, Date.parse("2026-01-01"), Date.parse("2026-01-03")];
      const between = await commands.executeCommand<string[]>("exhume.commitsBetween", ...during);
      assert.equal(between.length, 1);
      const before = [file, Date.parse("2025-01-01"), Date.parse("2026-01-01")];
      assert.deepEqual(await commands.executeCommand<string[]>("exhume.commitsBetween", ...before), []);
    });

    test("a line's author is read from what git says", () => {
      const line = "^abc12345 (Ada Lovelace 2026-01-02 10:00:00 +0100 3)   static Map CACHE;";
      assert.equal(hashOfBlameLine(line), "abc12345");
      assert.equal(hashOfBlameLine("0000000000 (Not Committed Yet 2026-01-02) x"), undefined);
      assert.equal(ageInWords(new Date("2026-01-01"), new Date("2026-02-14")), "6 weeks ago");
    });
  });
}
