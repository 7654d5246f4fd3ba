import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Encrypter, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../../analyzer/fronts/cli/main";
import { bundle } from "../../build/bundle";
import { shopDump, shopIds } from "../../build/shopDump";
import { smallCore } from "../../build/smallCore";

/**
 * What every verb prints, as files: a failure writes `.actual` beside the golden one, EXHUME_ACCEPT=1 takes what is
 * printed now. Read the difference before accepting it.
 */
const golden = join(__dirname, "../../golden");
const texts = join(__dirname, "../../texts");
const accepts = process.env["EXHUME_ACCEPT"] === "1";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "exhume-golden-"));
  writeFileSync(join(folder, "monday.hprof"), shopDump(1_000));
  writeFileSync(join(folder, "tuesday.hprof"), shopDump(3_000));
  writeFileSync(join(folder, "wednesday.hprof"), shopDump(5_000));
  const whole = shopDump(100);
  writeFileSync(join(folder, "cut.hprof"), whole.subarray(0, whole.length - 3_000));
  writeFileSync(join(folder, "core.4711"), smallCore());
  writeFileSync(join(folder, "key.txt"), identity);
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  writeFileSync(join(folder, "monday.hprof.age"), await encrypter.encrypt(shopDump(1_000)));
  writeFileSync(join(folder, "letter.txt"), "Dear Sir or Madam\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
const recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

const hex = (id: bigint) => `0x${id.toString(16)}`;
const order = "com.example.shop.Order";

/** Verb and arguments by the name of the golden file; DUMPS and TEXTS stand for folders. */
const cases: Readonly<Record<string, readonly string[]>> = {
  "analyze-heap": ["analyze", "DUMPS/tuesday.hprof", "--top", "5"],
  "analyze-cut": ["analyze", "DUMPS/cut.hprof", "--top", "5"],
  "analyze-core": ["analyze", "DUMPS/core.4711"],
  suspects: ["suspects", "DUMPS/tuesday.hprof"],
  "path-object": ["path", "DUMPS/tuesday.hprof", hex(shopIds.firstOrder)],
  "path-class": ["path", "DUMPS/tuesday.hprof", order],
  dominators: ["dominators", "DUMPS/tuesday.hprof", order],
  threads: ["threads", "DUMPS/tuesday.hprof", "--locals"],
  "threads-grouped": ["threads", "DUMPS/tuesday.hprof", "--group"],
  query: ["query", "DUMPS/tuesday.hprof", `SELECT o.number AS n, o FROM ${order} o WHERE o.number < 5`],
  inspect: ["inspect", "DUMPS/tuesday.hprof", hex(shopIds.orders), "--count", "3"],
  "inspect-incoming": ["inspect", "DUMPS/tuesday.hprof", hex(shopIds.firstOrder), "--incoming"],
  loaders: ["loaders", "DUMPS/tuesday.hprof"],
  waste: ["waste", "DUMPS/tuesday.hprof"],
  collections: ["collections", "DUMPS/tuesday.hprof"],
  references: ["references", "DUMPS/tuesday.hprof"],
  unreachable: ["unreachable", "DUMPS/tuesday.hprof"],
  properties: ["properties", "DUMPS/tuesday.hprof"],
  allocations: ["allocations", "DUMPS/tuesday.hprof"],
  diff: ["diff", "DUMPS/monday.hprof", "DUMPS/tuesday.hprof", "DUMPS/wednesday.hprof", "--top", "5"],
  check: ["check", "DUMPS/monday.hprof", "DUMPS/tuesday.hprof", "--max-growth", "10KiB", "--fail-on", "all"],
  bt: ["bt", "DUMPS/core.4711", "--all"],
  goroutines: ["goroutines", "DUMPS/core.4711"],
  "virtual-threads": ["virtual-threads", "DUMPS/core.4711"],
  print: ["print", "DUMPS/core.4711", "$rip", "1 + 2", "nobody"],
  "print-registers": ["print", "DUMPS/core.4711", "--registers"],
  modules: ["modules", "DUMPS/core.4711"],
  regions: ["regions", "DUMPS/core.4711", "--all"],
  malloc: ["malloc", "DUMPS/core.4711"],
  classes: ["classes", "DUMPS/core.4711"],
  redact: ["redact", "DUMPS/tuesday.hprof", "-o", "DUMPS/redacted.hprof", "--level", "names"],
  convert: ["convert", "DUMPS/tuesday.hprof", "-o", "DUMPS/reachable.hprof", "--reachable"],
  scan: ["scan", "DUMPS/tuesday.hprof"],
  triage: ["triage", "DUMPS/tuesday.hprof", "TEXTS/nmt-17-summary.txt", "TEXTS/status.txt"],
  index: ["index", "DUMPS/monday.hprof", "--index", "DUMPS/index"],
  // What is written is not overwritten: the second time says so.
  encrypt: ["encrypt", "DUMPS/monday.hprof", "-o", "DUMPS/monday.age", "-r", recipient],
  decrypt: ["decrypt", "DUMPS/monday.hprof.age", "-o", "DUMPS/decrypted.hprof", "-i", "DUMPS/key.txt"],
  "analyze-locked": ["analyze", "DUMPS/monday.hprof.age"],
  "index-deleted": ["index", "DUMPS/monday.hprof", "--index", "DUMPS/index", "--delete"],
};

/** Verbs that save no index, or are asked to. */
const withoutIndex = new Set([
  "bt",
  "goroutines",
  "virtual-threads",
  "print",
  "modules",
  "regions",
  "malloc",
  "classes",
  "index",
  "encrypt",
  "decrypt",
]);

/** What people see: both streams and the exit code, free of what differs from run to run. */
async function transcript(args: readonly string[]): Promise<string> {
  let out = "";
  let err = "";
  const placed = args.map((arg) => arg.replace(/^DUMPS/, folder).replace(/^TEXTS/, texts));
  const code = await runCli({
    args: withoutIndex.has(args[0]!) ? placed : [...placed, "--no-index"],
    terminal: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      isInteractive: false,
      columns: 120,
    },
    workerFolder: dirname(bundle("dumpWorker")),
    signal: new AbortController().signal,
  });
  const shown = [`$ exhume ${args.map((arg) => (/\s/.test(arg) ? `'${arg}'` : arg)).join(" ")}`, out];
  if (err !== "") shown.push(`[standard error]`, err);
  return sanitised(`${shown.join("\n")}[exit code ${code}]\n`);
}

function sanitised(text: string): string {
  return (
    text
      .replaceAll(folder, "DUMPS")
      .replaceAll(texts, "TEXTS")
      .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, "# s")
      .replaceAll(/[0-9a-f]{16}\.exhume-index/g, "HASH.exhume-index")
      // Of reports that name files of this run.
      .replaceAll(/(?<=digest"?:? "?)[0-9a-f]{64}/g, "HASH")
      // How an index is laid out is its own affair.
      .replaceAll(/(?<=exhume-index","bytes":|exhume-index \()\d+/g, "#")
  );
}

function expectGolden(name: string, actual: string): void {
  const file = join(golden, name);
  const expected = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (accepts) {
    mkdirSync(golden, { recursive: true });
    writeFileSync(file, actual);
  } else if (actual !== expected) {
    writeFileSync(`${file}.actual`, actual);
    expect(actual, `${file}: see .actual; EXHUME_ACCEPT=1 accepts it`).toBe(expected);
  }
  rmSync(`${file}.actual`, { force: true });
}

describe("the command line prints what it printed", () => {
  it.each(Object.keys(cases))("%s", async (name) => {
    expectGolden(`${name}.txt`, await transcript(cases[name]!));
    expectGolden(`${name}.json.txt`, await transcript([...cases[name]!, "--json"]));
  });

  it("help", async () => {
    expectGolden("help.txt", await transcript(["help"]));
  });

  it("usage of every verb", async () => {
    const usages: string[] = [];
    for (const verb of await verbs()) usages.push(await transcript(["help", verb]));
    expectGolden("usage.txt", usages.join("\n"));
  });

  it.each([
    ["a file of another kind", "not-a-dump.txt", ["analyze", "DUMPS/letter.txt"]],
    ["a verb for another kind", "wrong-kind.txt", ["suspects", "DUMPS/core.4711"]],
    ["an unknown verb", "unknown-verb.txt", ["exhume"]],
    ["a wrong option", "wrong-option.txt", ["waste", "DUMPS/tuesday.hprof", "--topp", "3"]],
  ])("%s", async (_, name, args) => {
    expectGolden(name, await transcript(args));
  });

  it("of every verb, and nothing else is kept", async () => {
    // What crashes lists is the machine's: `session/crashes/storedCores.test` lays it down.
    const ofDumps = new Set(await verbs());
    expect(ofDumps.delete("crashes")).toBe(true);
    expect(new Set(Object.values(cases).map(([verb]) => verb))).toEqual(ofDumps);
    const kept = readdirSync(golden).filter((name) => !name.endsWith(".actual"));
    const others = ["help", "usage", "not-a-dump", "wrong-kind", "unknown-verb", "wrong-option"];
    const named = [...Object.keys(cases).flatMap((name) => [name, `${name}.json`]), ...others];
    expect(kept.sort()).toEqual(named.map((name) => `${name}.txt`).sort());
  });
});

/** As the help lists them. */
async function verbs(): Promise<string[]> {
  return [...(await transcript(["help"])).matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, verb]) => verb!);
}
