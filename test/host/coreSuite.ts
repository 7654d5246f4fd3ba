import { strict as assert } from "node:assert";
import { copyFileSync, mkdtempSync, renameSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { commands, type DebugSession, debug, Uri, window } from "vscode";
import { type BuiltProgram, buildProgram, coreOf } from "../build/nativePrograms";
import { activated, closeEditors, keepArtefact, lineUnderCursor } from "./exhume";

const draft = {
  sources: ["crash.cpp"],
  library: ["crashLibrary.c"],
  compiler: "g++",
  flags: ["-g", "-O0"],
} as const;

/** A core as a user meets it: from the explorer, with its binary found, asked for, or refused. */
export function coreSuite(): void {
  suite("core", () => {
    let program: BuiltProgram;
    let core: string;

    suiteSetup(async function () {
      this.timeout(120_000);
      await activated();
      program = buildProgram(draft);
      core = await coreOf(program, ["threads", "3"]);
    });

    teardown(async () => {
      await debug.stopDebugging();
      await closeEditors();
    });

    test("is debugged by its command: crash line, a local, a memory byte, another thread", async () => {
      const stopped = stoppedSession();
      assert.equal(await commands.executeCommand("exhume.debugDump", Uri.file(core)), true);
      const { session, body } = await stopped;
      assert.equal(body.reason, "exception");
      assert.equal(body.description, "SIGSEGV");
      assert.match(lineUnderCursor(), /^crash\.cpp: return item->price \* item->count;$/);

      const frames = await framesOf(session, body.threadId!);
      assert.match(frames[0]!.name, /price_of/);
      const total = frames.find(({ name }) => name === "Order::total");
      assert.ok(total, frames.map(({ name }) => name).join(" "));
      const value = await session.customRequest("evaluate", { expression: "this->id", frameId: total.id });
      assert.equal(value.result, "7");
      const memory = await session.customRequest("readMemory", {
        memoryReference: value.memoryReference,
        count: 1,
      });
      assert.equal(memory.data, Buffer.from([7]).toString("base64"));

      const { threads } = await session.customRequest("threads");
      assert.ok(threads.length >= 5, `${threads.length} threads`);
      const stacks: DebugProtocol.StackFrame[][] = await Promise.all(
        threads.map(({ id }: DebugProtocol.Thread) => framesOf(session, id)),
      );
      const waiting = stacks.find((each) => each.some(({ name }) => name === "wait_in_thread"));
      assert.ok(waiting, "no thread waits");
    });

    test("is exported as an investigation with its stack, threads, modules and memory, each with links", async () => {
      const { analyzer } = await activated();
      const { dump } = await analyzer.request("dump/open", { path: core });
      try {
        await analyzer.request("dump/ready", { dump });
        const export_ = (format: "markdown" | "html") =>
          analyzer.request("investigation/export", { dump, format, triagePaths: [] });
        const { text } = await export_("markdown");
        for (const part of [
          /SIGSEGV/,
          /^## Where it crashed, thread \d+$/m,
          /^\| 0 \| \[price\\_of\]\(<vscode:[^>]*view=coreThreads[^>]*>\) \| .*crash\.cpp:\d+ \|/m,
          /^## Threads \\\(\d+\\\)$/m,
          /^\| \[.*crash.*\]\(<[^>]*view=modules>\) \| found \| [0-9a-f]{40} \|/m,
          /^## Memory by owner$/m,
          /^## Triage$/m,
          /^## (Resident|Committed) memory by owner$/m,
        ]) {
          assert.match(text, part);
        }
        const threads = (await analyzer.request("core/backtrace", { dump, maximumFrames: 5 })).threads;
        const frame = threads[0]?.frames.find(({ file }) => file?.endsWith("crash.cpp"));
        assert.equal(frame?.binaryModifiedMs, statSync(program.path).mtimeMs);
        const newer = mkdtempSync(join(tmpdir(), "exhume-newer-"));
        copyFileSync(frame.file!, join(newer, "crash.cpp"));
        const asked = { path: "/nowhere/src/crash.cpp", binaryModifiedMs: frame.binaryModifiedMs };
        const pathMap = [{ from: "/nowhere/src", to: newer }];
        const { warnings } = await analyzer.request("source/native", { ...asked, pathMap });
        assert.deepEqual(warnings, ["This source is newer than the binary."]);
        const html = (await export_("html")).text;
        assert.match(html, /<a href="vscode:[^"]*view=regions[^"]*">/);
        keepArtefact("investigation-core.html", html);
      } finally {
        await analyzer.request("dump/close", { dump });
      }
    });

    test("asks for a binary that is not where it was, and refuses a wrong one", async () => {
      const other = buildProgram({
        ...draft,
        flags: ["-g", "-O0", "-DOTHER_BUILD", "-Wl,--build-id=0xabcdef"],
      });
      const folder = mkdtempSync(join(tmpdir(), "exhume-core-"));
      const here = join(folder, "core.4711");
      copyFileSync(core, here);
      const hidden = `${program.path}.away`;
      renameSync(program.path, hidden);
      const { showQuickPick, showWarningMessage, showOpenDialog } = window;
      const asked: string[] = [];
      const answers = [other.path, hidden];
      try {
        window.showQuickPick = (async (items: { label: string }[], options: { placeHolder: string }) => {
          asked.push(options.placeHolder);
          return items.find(({ label }) => label.endsWith("Choose…"));
        }) as never;
        window.showOpenDialog = (async () => [Uri.file(answers.shift()!)]) as never;
        window.showWarningMessage = (async (sentence: string) => {
          asked.push(sentence);
          return "Choose Another";
        }) as never;
        const stopped = stoppedSession();
        assert.equal(await commands.executeCommand("exhume.debugDump", Uri.file(here)), true);
        const { session, body } = await stopped;
        const frames = await framesOf(session, body.threadId!);
        assert.match(frames[0]!.name, /price_of/);
        assert.match(asked[0]!, /1 missing/);
        assert.match(asked[1]!, /is not what crashed/);
        assert.equal(asked.length, 3);
      } finally {
        Object.assign(window, { showQuickPick, showWarningMessage, showOpenDialog });
        renameSync(hidden, program.path);
      }
    });
  });
}

/** The next session that says it is stopped, once the editor shows where. */
function stoppedSession(): Promise<{ session: DebugSession; body: DebugProtocol.StoppedEvent["body"] }> {
  return new Promise((resolve) => {
    const tracker = debug.registerDebugAdapterTrackerFactory("exhume", {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage: ({ type, event, body }: DebugProtocol.Event) => {
          if (type !== "event" || event !== "stopped") return;
          tracker.dispose();
          const focused = debug.onDidChangeActiveStackItem((item) => {
            if (item === undefined || !("frameId" in item)) return;
            focused.dispose();
            const settle = () => resolve({ session, body });
            if (window.activeTextEditor !== undefined) settle();
            else {
              const shown = window.onDidChangeActiveTextEditor(() => {
                shown.dispose();
                settle();
              });
            }
          });
        },
      }),
    });
  });
}

async function framesOf(session: DebugSession, threadId: number): Promise<DebugProtocol.StackFrame[]> {
  const { stackFrames } = await session.customRequest("stackTrace", { threadId });
  return stackFrames;
}
