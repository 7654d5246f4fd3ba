import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DebugClient, startDebugClient } from "../../build/debugClient";
import { smallCore } from "../../build/smallCore";
import { smallDump } from "../../build/smallDump";

const folder = mkdtempSync(join(tmpdir(), "exhume-debugging-"));
const most = Number.MAX_SAFE_INTEGER;
const depth = 4_900;

/** What a client may ask that is well formed and makes no sense; answered in time, with a body or a sentence. */
const questions: readonly (readonly [command: string, args: object])[] = [
  ["stackTrace", { threadId: most }],
  ["stackTrace", { threadId: 4711, startFrame: most, levels: most }],
  ["stackTrace", { threadId: 4711, startFrame: 0, levels: most }],
  ["scopes", { frameId: -most }],
  ["variables", { variablesReference: most, start: most, count: most }],
  ["readMemory", { memoryReference: "0x7ffd00000000", offset: -most, count: most }],
  ["readMemory", { memoryReference: "0x7ffd00000000", count: most }],
  ["readMemory", { memoryReference: "0xffffffffffffffffffff", count: 8 }],
  ["readMemory", { memoryReference: "../../etc/passwd", count: 8 }],
  ["disassemble", { memoryReference: "0x401300", instructionOffset: -most, instructionCount: most }],
  ["disassemble", { memoryReference: "0x401300", offset: most, instructionCount: 1 }],
  ["modules", { startModule: most, moduleCount: most }],
  ["source", { sourceReference: most }],
  ["source", { sourceReference: 1, source: { path: "/etc/passwd" } }],
  ["exceptionInfo", { threadId: -1 }],
  ["completions", { text: "a.".repeat(5000), column: most }],
  ...[
    "(".repeat(depth),
    `${"(".repeat(depth)}1${")".repeat(depth)}`,
    `${"*".repeat(depth)}0`,
    `${"-".repeat(depth)}1`,
    `${"a[".repeat(depth)}0${"]".repeat(depth)}`,
    `a${".b".repeat(depth)}`,
    `1${"+1".repeat(depth)}`,
    `${"1 ? ".repeat(depth)}1`,
    `(${"int*".repeat(depth)})0`,
    `select ${"(".repeat(depth)}s${")".repeat(depth)} from java.lang.String s`,
    "9".repeat(depth),
    `0x${"f".repeat(depth)}`,
    "\u0000\u001b]52;c;eA==\u0007\u202e",
    "",
  ].map((expression) => ["evaluate", { expression, context: "repl" }] as const),
];

describe.each([
  ["a core", "core", smallCore],
  ["a heap dump", "dump", () => smallDump().build()],
] as const)("a debug session over %s", (_, argument, bytes) => {
  let client: DebugClient;
  beforeAll(async () => {
    const path = join(folder, argument);
    writeFileSync(path, bytes());
    client = startDebugClient();
    await client.body("initialize", { adapterID: "exhume" });
    await client.body("launch", { [argument]: path });
    await client.body("configurationDone");
    await client.event("stopped");
  });
  afterAll(() => client.stop());

  it.each(questions.map(([command, args]) => [command, JSON.stringify(args).slice(0, 60), args] as const))(
    "answers %s %s in bounds, and goes on",
    async (command, _shown, args) => {
      const { success, message, body } = await client.send(command, args);
      if (success) expect(JSON.stringify(body ?? null).length).toBeLessThan(32 << 20);
      // A sentence of ours, never a bug's, without what would do something in a terminal.
      else expect(message).toMatch(/^(?!Internal error)[^\p{Cc}\p{Cf}]{1,400}\.$/u);
      expect((await client.send("threads")).success).toBe(true);
    },
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
