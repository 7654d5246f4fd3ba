import { strict as assert } from "node:assert";
import { commands, type DebugSession, debug, Uri, window } from "vscode";
import { activated, closeEditors, opened, sampleDump } from "./exhume";

interface Frame {
  readonly id: number;
  readonly name: string;
  readonly line: number;
  readonly source?: { readonly path?: string };
}

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly variablesReference: number;
}

/** Starts a session as the explorer's menu does, and waits for the first stop. */
async function debugged(): Promise<{ session: DebugSession; threadId: number }> {
  const stopped = new Promise<{ session: DebugSession; threadId: number }>((done) => {
    const tracker = debug.registerDebugAdapterTrackerFactory("exhume", {
      createDebugAdapterTracker: (session) => ({
        onDidSendMessage(message: { event?: string; body?: { threadId: number } }) {
          if (message.event !== "stopped") return;
          tracker.dispose();
          done({ session, threadId: message.body!.threadId });
        },
      }),
    });
  });
  assert.equal(await commands.executeCommand("exhume.debugDump", sampleDump), true);
  return stopped;
}

export function debugSuite(): void {
  suite("debug session over a heap dump", () => {
    teardown(async () => {
      await debug.stopDebugging();
      await closeEditors();
    });

    test("starts from the explorer without a launch configuration and shows threads", async () => {
      await activated();
      const { session } = await debugged();
      assert.equal(session.type, "exhume");
      assert.equal(session.name, "Dump recon.hprof.gz");
      const { threads } = await session.customRequest("threads");
      assert.ok(
        (threads as { name: string }[]).some(({ name }) => name.startsWith("main · ")),
        JSON.stringify(threads),
      );
    });

    test("frames open lines of the workspace", async () => {
      const { session } = await debugged();
      const frame = await frameIn(session, "MatchWorker.java");
      assert.ok(frame.line > 0);
      // VS Code turns an adapter's paths into addresses of its own before anybody sees them.
      const place = frame.source!.path!;
      const uri = place.includes("://") ? Uri.parse(place) : Uri.file(place);
      const editor = await window.showTextDocument(uri);
      assert.ok(editor.document.lineAt(frame.line - 1).text.trim() !== "");
    });

    test("statics of a class open into a planted entry of a map", async () => {
      const { session } = await debugged();
      const frame = await frameIn(session, "MatchWorker.java");
      const evaluated = await session.customRequest("evaluate", {
        expression: "com.example.recon.RecentEntries.BY_REFERENCE",
        frameId: frame.id,
        context: "watch",
      });
      let rows = await children(session, evaluated.variablesReference);
      for (let depth = 0; depth < 5 && rows[0]?.name.includes("…"); depth++) {
        rows = await children(session, rows[0].variablesReference);
      }
      const entry = rows[0]!;
      assert.match(entry.name, /^\["/);
      const fields = await children(session, entry.variablesReference);
      assert.ok(fields.length > 0);
    });

    test("shares the editor's session: the dump is not indexed again", async () => {
      await opened(sampleDump);
      const { analyzer } = await activated();
      const indexed: string[] = [];
      const listener = analyzer.onStateChanged(({ dump, state }) => {
        if (state.state === "indexing") indexed.push(dump);
      });
      const { session } = await debugged();
      await session.customRequest("threads");
      listener.dispose();
      assert.deepEqual(indexed, []);
    });

    test("refuses what would change the past in a sentence", async () => {
      const { session, threadId } = await debugged();
      await assert.rejects(
        Promise.resolve(session.customRequest("continue", { threadId })),
        /cannot continue/,
      );
      await assert.rejects(Promise.resolve(session.customRequest("nonsense")), /no answer/);
    });
  });
}

/** The first frame of any thread whose source is the workspace's file. */
async function frameIn(session: DebugSession, file: string): Promise<Frame> {
  const { threads } = (await session.customRequest("threads")) as { threads: { id: number }[] };
  for (const { id } of threads) {
    const { stackFrames } = (await session.customRequest("stackTrace", { threadId: id })) as {
      stackFrames: Frame[];
    };
    const found = stackFrames.find(({ source }) => source?.path?.endsWith(`/${file}`));
    if (found !== undefined) return found;
  }
  return assert.fail(`no frame in ${file}`);
}

async function children(session: DebugSession, variablesReference: number): Promise<Variable[]> {
  return (await session.customRequest("variables", { variablesReference })).variables;
}
