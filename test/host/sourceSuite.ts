import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
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
import type { BuildRow, DumpBuild } from "../../analyzer/protocol/heap/builds";
import { commitsBetweenBuilds } from "../../extension/buildHistory";
import { type DumpsView, reminderOf } from "../../extension/dumpsView";
import { ageInWords, commitOfLine, hashOfBlameLine } from "../../extension/gitHistory";
import { SourceNavigator } from "../../extension/navigation";
import {
  activated,
  closeEditors,
  copyOfSample,
  keepArtefact,
  lineUnderCursor,
  opened,
  sampleDump,
} from "./exhume";

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

/** Resolves when the *Dumps* view knows a dump that was opened. */
function dumpListed(dumps: DumpsView, dump: Uri): Promise<void> {
  const isListed = () => dumps.olderThan(-1, Date.now()).some(({ path }) => path === dump.fsPath);
  return new Promise((done) => {
    if (isListed()) return done();
    const listener = dumps.onDidChangeTreeData(() => {
      if (!isListed()) return;
      listener.dispose();
      done();
    });
  });
}

/** A new repository that VS Code's git knows, and how to commit its one file on a day. */
async function repositoryWith(name: string) {
  const folder = mkdtempSync(join(tmpdir(), "exhume-git-"));
  const file = join(folder, name);
  await enableGit();
  execFileSync("git", ["init", "-q"], { cwd: folder });
  const commit = (day: string, text: string, subject: string): string => {
    const date = `${day}T10:00:00Z`;
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=Ada Lovelace", "-c", "user.email=ada@example.org", ...args], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
      });
    writeFileSync(file, text);
    git("add", ".");
    git("commit", "-q", "-m", subject);
    return git("rev-parse", "HEAD").trim();
  };
  return { file, commit };
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

    test("a note is kept and is in the exported investigation, with links", async function () {
      // Two dumps are read, and one of them is compared.
      this.timeout(120_000);
      const host = await opened(copyOfSample("noted.hprof.gz"));
      const note = {
        id: "0x1",
        title: "the cache",
        text: "grows with every statement",
        place: { view: "dominators", params: { reveal: "0x1" } },
        changedMs: 1,
      } as const;
      await host.document.ask("notes/write", { note });
      const markdown = await host.document.ask("investigation/export", { format: "markdown" });
      assert.match(markdown.text, /grows with every statement/);
      assert.match(markdown.text, /vscode:\/\/exhume\.exhume\/open\?dump=/);
      assert.match(markdown.text, /RecentEntries/);
      const other = copyOfSample("earlier.hprof.gz").fsPath;
      const html = await host.document.ask("investigation/export", { format: "html", others: [other] });
      assert.match(html.text, /^<!doctype html>/);
      assert.equal(html.suggestedName, "noted.hprof.gz-investigation.html");
      assert.match(html.text, /<h2>Compared<\/h2>/);
      assert.match(html.text, /<dt>Grown<\/dt><dd>0 B<\/dd>/);
      assert.match(html.text, /<h2>Growth by class<\/h2>/);
      keepArtefact("investigation-heap.html", html.text);
      await host.document.ask("notes/write", { note: { ...note, text: "" } });
      assert.deepEqual((await host.document.ask("notes/list", {})).notes, []);
    });

    test("a dump is deleted with its index and its notes once the user agrees", async () => {
      const dump = copyOfSample("leaving.hprof.gz");
      const note = { id: "dump", title: "whole", text: "Ask before deleting", changedMs: 1 };
      const { document } = await opened(dump);
      await document.ask("notes/write", { note });
      const asked: string[] = [];
      const answering = async (answer: string | undefined) => {
        const { showWarningMessage } = window;
        // Nobody can click on a modal dialog in a test: VS Code refuses to show it.
        Object.assign(window, {
          showWarningMessage: async (question: string, options: { modal?: boolean }) => {
            asked.push(`${question} ${options.modal}`);
            return answer;
          },
        });
        try {
          await commands.executeCommand("exhume.deleteDump", dump);
        } finally {
          Object.assign(window, { showWarningMessage });
        }
      };
      await answering(undefined);
      assert.ok(existsSync(dump.fsPath), "it went without a yes");
      assert.deepEqual((await document.ask("notes/list", {})).notes.length, 1);
      await answering("Delete Dump and Index");
      assert.deepEqual(asked, Array(2).fill(`Delete ${dump.fsPath}? true`));
      assert.ok(!existsSync(dump.fsPath));
      await closeEditors();
      // A dump of that name that comes later is another one.
      copyFileSync(sampleDump.fsPath, dump.fsPath);
      const later = await opened(dump);
      assert.deepEqual((await later.document.ask("notes/list", {})).notes, []);
    });

    test("the Dumps view lists the workspace's dump with its size, age and biggest share", async () => {
      const { dumps } = await activated();
      const isRemembered = () => described().then((text) => /^top \d+ %/.test(text));
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
      assert.match(await described(), /^top \d+ % · 1\.8\d MiB · \S/);
    });

    test("dumps of one program are a series, newest first, wherever they are", async () => {
      const { dumps, listed } = await activated();
      const older = copyOfSample("orders-2026-01-01.hprof.gz");
      const newer = copyOfSample("orders-2026-02-01.hprof.gz");
      utimesSync(older.fsPath, 1_000_000, 1_000_000);
      for (const dump of [older, newer]) {
        await opened(dump);
        await dumpListed(dumps, dump);
      }
      const series = (await dumps.getChildren()).filter(
        (node) => "series" in node && node.series === "orders",
      );
      assert.equal(series.length, 1);
      assert.deepEqual(
        (await dumps.getChildren(series[0])).map((node) => "path" in node && node.path),
        [newer.fsPath, older.fsPath],
      );
      assert.deepEqual(
        (await listed.earlierThan(newer.fsPath)).map(({ path }) => path),
        [older.fsPath],
      );
      assert.deepEqual(await listed.earlierThan(older.fsPath), []);
    });

    test("reminds of dumps older than the setting allows, and of no others", async () => {
      const { dumps } = await activated();
      const old = copyOfSample("last-year.hprof.gz");
      const yearAgo = Date.now() / 1000 - 365 * 86_400;
      utimesSync(old.fsPath, yearAgo, yearAgo);
      await opened(old);
      await dumpListed(dumps, old);
      const isOld = (days: number, now: number) =>
        dumps.olderThan(days, now).some(({ path }) => path === old.fsPath);
      assert.ok(isOld(30, Date.now()));
      assert.ok(!isOld(400, Date.now()));
      assert.ok(!isOld(0, Date.now()), "0 switches the reminder off");
      assert.match(
        reminderOf(dumps.olderThan(30, Date.now()), 30),
        /older than 30 days\. Dumps are personal data/,
      );
    });

    test("who wrote a line, and when, comes from VS Code's git", async () => {
      const { file, commit: write } = await repositoryWith("Cache.java");
      write("2026-01-02", "class Cache {\n  static Map ENTRIES;\n}\n", "Keep every entry");
      const commit = await commitOfLine(Uri.file(file), 2);
      assert.equal(commit?.author, "Ada Lovelace");
      assert.equal(commit.subject, "Keep every entry");
      const sentence = await commands.executeCommand<string>("exhume.whoWrote", file, 2);
      assert.match(sentence, /^introduced .* in [0-9a-f]{7} by Ada Lovelace: Keep every entry$/);
    });

    test("only the commits between the builds of two dumps are told, and how the builds are known", async () => {
      const { file, commit } = await repositoryWith("Cache.java");
      const first = commit("2026-01-02", "class Cache {\n  static Map OTHER;\n}\n", "Begin");
      const second = commit("2026-01-04", "class Cache {\n  static Map OTHER, ENTRIES;\n}\n", "Keep entries");
      const third = commit("2026-01-06", "class Cache {\n  static Map OTHER, ENTRIES;\n}\n// x\n", "Say x");
      const dump = (name: string, written: string, build?: BuildRow): DumpBuild => ({
        path: `/dumps/${name}`,
        createdMs: Date.parse(written),
        ...(build === undefined ? {} : { build }),
      });
      const told = (hash: string): BuildRow => ({
        commit: hash.slice(0, 9),
        source: "system property git.commit.id",
        confidence: "certain",
      });
      const between = async (from: DumpBuild, to: DumpBuild) => {
        const answer = await commitsBetweenBuilds(Uri.file(file), "ENTRIES", from, to);
        assert.ok(answer, "git knows nothing of the file");
        return answer;
      };
      // Dumps written after every commit: only their builds tell them apart.
      const one = dump("one.hprof", "2026-02-01", told(first));
      const all = await between(one, dump("two.hprof", "2026-02-02", told(third)));
      assert.deepEqual(
        all.commits.map(({ subject, namesMember }) => [subject, namesMember]),
        [
          ["Say x", false],
          ["Keep entries", true],
        ],
      );
      assert.equal(all.from.text, `one.hprof is build ${first.slice(0, 7)} (system property git.commit.id)`);
      assert.equal(all.from.confidence, "certain");
      const some = await between(one, dump("two.hprof", "2026-02-02", told(second)));
      assert.deepEqual(
        some.commits.map(({ subject }) => subject),
        ["Keep entries"],
      );
      assert.ok((await between(one, { ...one, path: "/dumps/copy.hprof" })).isSameBuild);
      // Without builds the times of the dumps, said to be an assumption.
      const byTime = await between(dump("a.hprof", "2026-01-05"), dump("b.hprof", "2026-01-07"));
      assert.deepEqual(
        byTime.commits.map(({ subject }) => subject),
        ["Say x"],
      );
      assert.equal(byTime.from.confidence, "assumed");
      assert.match(
        byTime.from.text,
        /its build is not known, .* 2026-01-05 00:00 UTC; the build may be older/,
      );
      // A build git does not know is named, and the time taken instead.
      const foreign = await between(dump("a.hprof", "2026-01-05", told("f".repeat(40))), one);
      assert.match(foreign.from.text, /git does not know its build fffffffff \(system property/);
      assert.equal(foreign.from.confidence, "assumed");
      // The setting has the last word; a tag will do.
      execFileSync("git", ["tag", "v1", second], { cwd: join(file, "..") });
      const setting = workspace.getConfiguration("exhume");
      await setting.update("source.builds", { "one.hprof": "v1" }, true);
      const named = await between(one, dump("two.hprof", "2026-02-02", told(third)));
      await setting.update("source.builds", undefined, true);
      assert.deepEqual(
        named.commits.map(({ subject }) => subject),
        ["Say x"],
      );
      assert.match(named.from.text, /named in the settings/);
    });

    test("a line's author is read from what git says", () => {
      const line = "^abc12345 (Ada Lovelace 2026-01-02 10:00:00 +0100 3)   static Map CACHE;";
      assert.equal(hashOfBlameLine(line), "abc12345");
      assert.equal(hashOfBlameLine("0000000000 (Not Committed Yet 2026-01-02) x"), undefined);
      assert.equal(ageInWords(new Date("2026-01-01"), new Date("2026-02-14")), "6 weeks ago");
    });
  });
}
