// One measured question to a dump with a saved index, in a process of its own: prints a line of JSON.
import { createHash } from "node:crypto";
import type { DumpSession } from "../../analyzer/session/dumpSession";
import { SessionStore } from "../../analyzer/session/sessionStore";

const [file = "", folder = "", name = "", indexDirectory = ""] = process.argv.slice(2);

/** What is asked, as people ask it. */
const questions: Readonly<Record<string, (session: DumpSession) => Promise<unknown>>> = {
  none: async () => undefined,
  suspects: (session) => session.ask("heap/suspects", {}),
  waste: (session) => session.ask("heap/waste", {}),
  paths: async (session) => {
    const sort = { column: "retainedBytes", descending: true } as const;
    const { rows } = await session.ask("heap/histogram", { start: 0, count: 3, sort });
    const paths: unknown[] = [];
    for (const { className } of rows) paths.push(await session.ask("heap/pathsOfClass", { className }));
    return paths;
  },
  threads: (session) => session.ask("heap/threads", { start: 0, count: 100 }),
  query: (session) => {
    const text = "select count(s) from java.lang.String s";
    return session.ask("heap/query", { text, reachableOnly: false, start: 0, count: 100 });
  },
  profile: (session) => session.ask("heap/profile", {}),
};

async function measure(): Promise<void> {
  const started = performance.now();
  const store = new SessionStore({ workerFolder: folder, lanes: 1 });
  const session = await store.open(file, { indexDirectory });
  await session.ready();
  const ask = questions[name]!;
  const first = performance.now();
  const answer = await ask(session);
  const { user, system } = process.cpuUsage();
  const seconds = (performance.now() - started) / 1000;
  const again = performance.now();
  const firstMs = again - first;
  await ask(session);
  const row = {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    firstMs,
    againMs: performance.now() - again,
    answer: createHash("sha256")
      .update(JSON.stringify(answer) ?? "")
      .digest("hex"),
  };
  await store.dispose();
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

void measure();
