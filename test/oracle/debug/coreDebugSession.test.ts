import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { DebugProtocol } from "@vscode/debugprotocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusals } from "../../../analyzer/fronts/dap/debugCalls";
import { readCases, refusalPattern } from "../../build/caseFile";
import { type DebugClient, startDebugClient } from "../../build/debugClient";
import { type BuiltProgram, buildProgram, coreOf, requireTool } from "../../build/nativePrograms";

/** A whole session over standard input and output, as any editor would have it; gdb judges what it says. */

const sources = resolve(__dirname, "../../programs/native");
const lineOf = (text: string) =>
  readFileSync(join(sources, "values.cpp"), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

let program: BuiltProgram;
let core: string;
let client: DebugClient;
let stopped: DebugProtocol.StoppedEvent["body"];
let frames: DebugProtocol.StackFrame[];

async function launch(args: object): Promise<DebugClient> {
  const started = startDebugClient();
  await started.send("initialize", { adapterID: "exhume", pathFormat: "path" });
  const launched = started.body("launch", args);
  await started.event("initialized");
  await started.send("configurationDone");
  await launched;
  return started;
}

beforeAll(async () => {
  const flags = ["-g", "-std=c++17", "-O0"];
  program = buildProgram({ sources: ["values.cpp"], compiler: "g++", flags });
  core = await coreOf(program, []);
  client = await launch({ core, program: program.path, sourceMap: { [program.folder]: sources } });
  stopped = (await client.event("stopped")).body;
  frames = (await client.body("stackTrace", { threadId: stopped.threadId }))["stackFrames"]!;
});

afterAll(() => client.stop());

const frameOf = (name: string) => frames.find((frame) => frame.name === name)!;

async function rowsIn(frame: string, scopeName: string): Promise<DebugProtocol.Variable[]> {
  const scopes: DebugProtocol.Scope[] = (await client.body("scopes", { frameId: frameOf(frame).id }))[
    "scopes"
  ]!;
  const { variablesReference } = scopes.find(({ name }) => name === scopeName)!;
  return partsOf(variablesReference);
}

async function partsOf(variablesReference: number, page = {}): Promise<DebugProtocol.Variable[]> {
  return (await client.body("variables", { variablesReference, ...page }))["variables"]!;
}

async function evaluate(expression: string, frame = "scalars"): Promise<DebugProtocol.Response> {
  return client.send("evaluate", { expression, frameId: frameOf(frame).id, context: "watch" });
}

/** What gdb prints for commands in the frame of `scalars`, a line each. */
function gdb(commands: readonly string[]): string[] {
  requireTool("gdb", "apt-get install gdb");
  const all = ["set print pretty off", "set width 0", "frame function scalars", ...commands].flatMap(
    (each) => ["-ex", each],
  );
  const output = execFileSync("gdb", ["-nx", "-batch", ...all, program.path, core], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return output.split("\n");
}

describe("a core as a debug session", () => {
  it("stops on the crashing thread with the signal as its exception", async () => {
    expect(stopped).toMatchObject({ reason: "exception", description: "SIGABRT", allThreadsStopped: true });
    expect(stopped.text).toContain("SIGABRT");
    const info = await client.body("exceptionInfo", { threadId: stopped.threadId });
    expect(info).toMatchObject({ exceptionId: "SIGABRT", breakMode: "always" });
    const threads: DebugProtocol.Thread[] = (await client.body("threads"))["threads"]!;
    expect(threads.map(({ id }) => id)).toContain(stopped.threadId);
  });

  it("shows the stack with the lines of the mapped sources", () => {
    expect(frames.map(({ name }) => name)).toEqual(expect.arrayContaining(["containers", "scalars", "main"]));
    expect(frameOf("containers").source?.path).toBe(join(sources, "values.cpp"));
    expect(frameOf("containers").line).toBe(lineOf("abort();"));
    expect(frameOf("scalars").line).toBe(lineOf("containers(add(inner)"));
  });

  it("pages the stack", async () => {
    const page = await client.body("stackTrace", { threadId: stopped.threadId, startFrame: 1, levels: 2 });
    const shown: DebugProtocol.StackFrame[] = page["stackFrames"]!;
    expect(shown.map(({ id }) => id)).toEqual(frames.slice(1, 3).map(({ id }) => id));
  });

  it("lists arguments and locals in one line each", async () => {
    const shown = new Map(
      [...(await rowsIn("scalars", "Arguments")), ...(await rowsIn("scalars", "Locals"))].map(
        ({ name, value }) => [name, value],
      ),
    );
    const wanted: Record<string, string> = {
      argument: "7",
      rate: "0.75",
      yes: "true",
      letter: "113 'q'",
      small: "-5 '\\373'",
      four: "4444",
      "four (hidden)": "-70000",
      eight_unsigned: "18000000000000000000",
      real: "3.14",
      large: "6.02214076e+23",
      extended: "2.5",
      colour: "green",
      size: "large",
      rights: "(may_read | may_run)",
      flags: "{low = 5, middle = -3, wide = 123456789012, last = true}",
      ring: "{items = {1, 2, 3}, head = 1}",
      grid: "{{1, 2, 3}, {4, 5, 6}}",
      name: '"native"',
      alias: "{x = -1, y = -2}",
      opaque: "0x0",
      kept: "1234",
    };
    const got = Object.fromEntries(Object.keys(wanted).map((name) => [name, shown.get(name)]));
    const enumerators = { size: "shop::Size::large", rights: "(shop::may_read | shop::may_run)" };
    expect({ ...got }).toEqual({ ...wanted, ...(got["size"]?.includes("::") ? enumerators : {}) });
    expect(shown.get("text")).toMatch(/^0x[0-9a-f]+ "hello"$/);
    expect(shown.get("function")).toMatch(/^0x[0-9a-f]+ <named_function>$/);
    expect(shown.get("where")).toMatch(/^0x[0-9a-f]+ <shop::origin>$/);
  });

  it("shows containers of the standard library as what they hold", async () => {
    const shown = new Map((await rowsIn("containers", "Locals")).map((row) => [row.name, row]));
    const line: Record<string, string> = {
      empty: '""',
      short_text: '"short"',
      long_text: '"a string that is too long to be kept inside \\"the object\\"\\n"',
      view: '"string"',
      numbers: "size 4 {1, 2, 3, 4}",
      words: 'size 2 {"one", "two"}',
      bits: "size 10 {true, false, true, true, false, false, false, false, true, true}",
      points: "size 2 {{x = 1, y = 2}, {x = 3, y = 4}}",
      ages: 'size 3 {["ann"] = 30, ["bob"] = 41, ["eve"] = 5}',
      unique: "size 3 {3, 5, 9}",
      letters: "size 2 {[1] = 97 'a', [1] = 98 'b'}",
      chain: "size 3 {7, 8, 9}",
      forward: "size 2 {4, 5}",
      fixed: "{1, 2, 3}",
      nothing: "nullptr",
      some: "3",
      none: "nullopt",
      either: '"third" (alternative 2)',
      number: "2.5 (alternative 1)",
      couple: '{first = 1, second = "pair"}',
      triple: "{1, 120 'x', 2.5}",
      atomic_number: "8",
    };
    expect(Object.fromEntries(Object.keys(line).map((name) => [name, shown.get(name)?.value]))).toEqual(line);
    expect(shown.get("shared")?.value).toMatch(/ \(uses 2, weak 1\)$/);
    const named = shown.get("named")!.value;
    expect([
      named.includes('[1] = "uno"'),
      named.includes('[2] = "due"'),
      named.startsWith("size 2 "),
    ]).toEqual([true, true, true]);
    const deque = shown.get("line")!;
    expect(deque.indexedVariables).toBe(299);
    const page = await partsOf(deque.variablesReference, { filter: "indexed", start: 250, count: 3 });
    expect(page.map(({ name, value }) => `${name} ${value}`)).toEqual([
      "[250] 251",
      "[251] 252",
      "[252] 253",
    ]);
    const places = await partsOf(shown.get("places")!.variablesReference);
    expect(places.map(({ name }) => name)).toEqual(Array.from({ length: 20 }, (_, index) => `[${index}]`));
    const owned = await partsOf(shown.get("owned")!.variablesReference);
    const held = await partsOf(owned[0]!.variablesReference);
    expect(held.map(({ name, value }) => `${name}=${value}`)).toEqual(["x=5", "y=6"]);
  });

  it("shows globals of the file and the thread's own", async () => {
    const shown = new Map((await rowsIn("scalars", "Globals")).map(({ name, value }) => [name, value]));
    expect(shown.get("shop::counter")).toBe("43");
    expect(shown.get("shop::hidden_total")).toBe("100");
    expect(shown.get("shop::per_thread")).toBe("78");
    expect(shown.get("shop::Square::made")).toBe("3");
    expect(shown.get("table")).toBe("{0.5, 1.25, -3}");
  });

  it("shows the registers gdb shows", async () => {
    const rows = await rowsIn("scalars", "Registers");
    const judged = gdb(["info registers rip rsp rbp rbx r12"]).filter((line) => /^r\w+ +0x/.test(line));
    for (const line of judged) {
      const [name, value] = line.split(/ +/);
      expect(`${name} ${rows.find((row) => row.name === name)?.value}`).toBe(`${name} ${value}`);
    }
    expect(judged.length).toBe(5);
    const [, flags] = /eflags +\S+ +(\[.*\])/.exec(gdb(["info registers eflags"]).join("\n"))!;
    const frame = frames[0]!.id;
    const scopes: DebugProtocol.Scope[] = (await client.body("scopes", { frameId: frame }))["scopes"]!;
    const innermost = await partsOf(scopes.find(({ name }) => name === "Registers")!.variablesReference);
    expect(innermost.find(({ name }) => name === "eflags")).toMatchObject({
      value: flags,
      evaluateName: "$eflags",
    });
    const group = innermost.find(({ name }) => name === "XMM")!;
    const vectors = await partsOf(group.variablesReference);
    expect(vectors[3]).toMatchObject({ name: "xmm3", evaluateName: "$xmm3", namedVariables: 7 });
    // Calls keep no vector register.
    expect(rows.some(({ name }) => name === "XMM")).toBe(false);
  });

  const cases = readCases("coreExpressions.txt");
  const expressions = cases.filter(({ refusal }) => refusal === undefined).map(({ question }) => question);

  it("evaluates expressions as gdb does", async () => {
    const commands = expressions.flatMap((expression) => [`echo @\\n`, `print ${expression}`]);
    const judged = gdb(commands)
      .join("\n")
      .split("@\n")
      .slice(1)
      .map((text) => text.trim());
    expect(judged.length).toBe(expressions.length);
    const plain = (text: string) =>
      text
        .replace(/^\$\d+ = /, "")
        .replace(/^\([^()]*\*\) (?=0x)/, "")
        .replace(/shop::/g, "");
    const differences: string[] = [];
    for (const [index, expression] of expressions.entries()) {
      const response = await evaluate(expression);
      const ours = response.success ? plain(response.body.result) : `(${response.message})`;
      const theirs = plain(judged[index]!);
      const isSameNumber = Number(ours) === Number(theirs) || Math.abs(Number(ours) - Number(theirs)) < 1e-6;
      if (ours !== theirs && !isSameNumber) differences.push(`${expression}: ${ours} instead of ${theirs}`);
    }
    expect(differences).toEqual([]);
  });

  it.each(cases.filter(({ refusal }) => refusal !== undefined))(
    "says why $question has no answer",
    async ({ question, refusal }) => {
      expect(await evaluate(question)).toMatchObject({
        success: false,
        message: expect.stringMatching(refusalPattern(refusal!)),
      });
    },
  );

  it.each(readCases("containerExpressions.txt"))(
    "looks into the containers of the library: $question",
    async ({ question, answer }) => {
      expect([(await evaluate(question, "containers")).body.result]).toEqual(answer);
    },
  );

  it("writes numbers in other notations, and marks what the dump lacks", async () => {
    expect((await evaluate("argument + 248,x")).body.result).toBe("0xff");
    expect((await evaluate("*(int *) 16")).body.result).toBe("<absent>");
  });

  it("reads the memory gdb reads, and says where there is none", async () => {
    const { body } = await evaluate("name");
    const memory = await client.body("readMemory", { memoryReference: body.memoryReference, count: 8 });
    expect(Buffer.from(memory["data"]!, "base64").toString("latin1")).toBe("native\0\0");
    const nothing = await client.body("readMemory", { memoryReference: "0x10", count: 32 });
    expect(nothing["data"]).toBeUndefined();
    expect(nothing["unreadableBytes"]).toBe(32);
  });

  it("disassembles what gdb disassembles, backwards too", async () => {
    const judged = gdb(["set disassembly-flavor intel", "disassemble scalars"])
      .map((line) => /^(?:=>)? +(0x[0-9a-f]+) .*:\t(\S+)/.exec(line))
      .filter((found) => found !== null)
      .map(([, address, mnemonic]) => `${formatted(address!)} ${mnemonic}`);
    const at = judged.findIndex((line) =>
      line.startsWith(`${formatted(frameOf("scalars").instructionPointerReference!)} `),
    );
    expect(at).toBeGreaterThan(50);
    const { instructions } = (await client.body("disassemble", {
      memoryReference: frameOf("scalars").instructionPointerReference,
      instructionOffset: -50,
      instructionCount: 90,
    })) as unknown as { instructions: DebugProtocol.DisassembledInstruction[] };
    const ours = instructions.map(
      ({ address, instruction }) => `${formatted(address)} ${instruction.split(" ")[0]}`,
    );
    expect(ours).toEqual(judged.slice(at - 50, at + 40));
  });

  it("lists the modules with how they were verified", async () => {
    const { modules } = (await client.body("modules")) as unknown as { modules: DebugProtocol.Module[] };
    const own = modules.find(({ path }) => path === program.path);
    expect(own).toMatchObject({ symbolStatus: "Debug information", verification: "buildId" });
    expect(modules.some(({ name }) => name.startsWith("libc.so"))).toBe(true);
  });

  it.each([...refusals])("refuses %s", async (command, sentence) => {
    expect(await client.send(command)).toMatchObject({ success: false, message: `${sentence}.` });
  });

  it("refuses a program of another build unless told to take it", async () => {
    const other = buildProgram({
      sources: ["values.cpp"],
      compiler: "g++",
      flags: ["-g", "-std=c++17", "-O2"],
    });
    const refused = startDebugClient();
    await refused.send("initialize", { adapterID: "exhume" });
    const response = await refused.send("launch", { coreDumpPath: core, program: other.path });
    expect(response.success).toBe(false);
    expect(response.message).toContain("is not what crashed");
    await refused.stop();
    const taken = await launch({ coreDumpPath: core, program: other.path, allowMismatch: true });
    expect((await taken.event("stopped")).body).toMatchObject({ description: "SIGABRT" });
    await taken.stop();
  });
});

function formatted(address: string): string {
  return `0x${BigInt(address).toString(16)}`;
}
