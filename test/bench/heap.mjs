// `npm run bench`: heaps of known make, read by Exhume, by VisualVM's library and by a plain read, in one run.
// Options: --quick leaves 4 GB out, --xl adds 10 GB, --no-visualvm leaves the judge out, --repeats N (3),
// --dump FILE measures one of yours, --no-questions leaves out what questions cost.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync, statSync, unlinkSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "../..");
const cache = join(root, ".cache/bench");
const flags = process.argv.slice(2);
const visualvm = "/usr/share/visualvm/visualvm/modules/org-graalvm-visualvm-lib-jfluid-heap.jar";
const classPath = [
  visualvm,
  "/usr/share/java/org-openide-util.jar",
  "/usr/share/java/org-openide-util-lookup.jar",
];
const repeats = flags.includes("--repeats") ? Number(flags[flags.indexOf("--repeats") + 1]) : 3;

mkdirSync(join(cache, "classes"), { recursive: true });
await build({
  entryPoints: [
    join(root, "test/bench/heapRun.ts"),
    join(root, "test/bench/questionRun.ts"),
    join(root, "analyzer/bin/dumpWorker.ts"),
    join(root, "analyzer/bin/passWorker.ts"),
    join(root, "analyzer/bin/readWorker.ts"),
  ],
  external: ["@alexaltea/capstone-js"],
  bundle: true,
  platform: "node",
  outdir: join(cache, "dist"),
  entryNames: "[name]",
  logLevel: "warning",
});
const jdk = findJdk();
// 200 MB is there for the growth from one size to its double.
const sizes = [
  { name: "small", thousands: 300, heap: "512m" },
  { name: "200 MB", thousands: 4_000, heap: "1g" },
  { name: "400 MB", thousands: 8_000, heap: "2g" },
  ...(flags.includes("--quick") ? [] : [{ name: "4 GB", thousands: 80_000, heap: "8g" }]),
  ...(flags.includes("--xl") ? [{ name: "10 GB", thousands: 200_000, heap: "18g" }] : []),
];
const own = flags.indexOf("--dump");
const dumps = own >= 0 ? [{ name: "given", file: flags[own + 1] }] : [];
if (own < 0) for (const size of sizes) dumps.push({ name: size.name, file: await makeDump(size) });

console.log(
  `${cpus().length} processors, ${gib(totalmem())} memory, Node ${process.version}, medians of ${repeats}, warm cache`,
);
const growth = [];
let before;
for (const { name, file } of dumps) {
  const { floor, ours, reopened, judge, questions } = measure(file);
  check(name, ours, reopened, judge);
  const megabytes = ours.bytes / 1e6;
  const line = (what, { seconds, cpuSeconds, peakBytes }) => ({
    "": what,
    "wall s": seconds.toFixed(2),
    "CPU s": cpuSeconds.toFixed(2),
    "peak MB": Math.round(peakBytes / 1e6),
    "MB/s": Math.round(megabytes / seconds),
    "M objects/s": (ours.objects / 1e6 / seconds).toFixed(2),
    "CPU µs/object": ((cpuSeconds * 1e6) / ours.objects).toFixed(3),
    "peak B/object": (peakBytes / ours.objects).toFixed(1),
    "wall / read": (seconds / floor.seconds).toFixed(1),
  });
  console.log(
    `\n${name}: ${Math.round(megabytes)} MB, ${(ours.objects / 1e6).toFixed(2)} million objects; afterwards ` +
      `${(ours.residentBytes / ours.objects).toFixed(1)} bytes an object stay, ` +
      `beyond 120 MB the peak is ${(Math.max(0, ours.peakBytes - 120 * 2 ** 20) / ours.objects).toFixed(1)}; ` +
      `first page ${(ours.pageSeconds * 1000).toFixed(1)} ms, reopened up to it ${reopened.seconds.toFixed(2)} s`,
  );
  console.table([
    line("plain read", floor),
    line("Exhume, histogram", ours.histogram),
    line("Exhume, retained sizes", ours.analysed),
    line("Exhume, index written", ours),
    ...(judge === undefined ? [] : [line("VisualVM, histogram", judge)]),
  ]);
  if (questions.length > 0) {
    console.log("With the saved index, each in a process of its own, opening the index included:");
    console.table(
      questions.map((each) => ({
        "": each.name,
        "wall s": each.seconds.toFixed(2),
        "CPU s": each.cpuSeconds.toFixed(2),
        "peak MB": Math.round(each.peakBytes / 1e6),
        "CPU / analysis": (each.cpuSeconds / ours.cpuSeconds).toFixed(2),
        "again ms": each.againMs.toFixed(1),
        "next opening ms": each.nextOpeningMs.toFixed(0),
      })),
    );
  }
  if (judge !== undefined) {
    const times = (key) => (judge[key] / ours.histogram[key]).toFixed(1);
    console.log(
      `VisualVM's histogram takes ${times("seconds")} times Exhume's wall, ${times("cpuSeconds")} times its CPU, ` +
        `${times("peakBytes")} times its memory.`,
    );
  }
  if (before !== undefined) {
    const times = (key) => Number((ours[key] / before.ours[key]).toFixed(2));
    growth.push({
      from: before.name,
      to: name,
      objects: times("objects"),
      wall: times("seconds"),
      CPU: times("cpuSeconds"),
      peak: times("peakBytes"),
      "CPU per object": Number((times("cpuSeconds") / times("objects")).toFixed(2)),
    });
  }
  before = { name, ours };
}
if (growth.length > 0) {
  console.log("\nGrowth, times:");
  console.table(growth);
}
console.log(
  "Checked: retained sizes of what the roots hold add up to the reachable bytes, fresh and reopened; the biggest are " +
    `the same in both${flags.includes("--no-visualvm") ? "" : "; counts per class equal VisualVM's"}.`,
);

/** All readers in turn, so that what else the machine does meets them alike; the median of each by wall time. */
function measure(file) {
  const index = join(cache, "index");
  const isJudged = !flags.includes("--no-visualvm") && existsSync(visualvm);
  const runs = { floor: [], ours: [], reopened: [], judge: [] };
  run("read", file, index);
  for (let k = 0; k < repeats; k++) {
    rmSync(index, { recursive: true, force: true });
    runs.floor.push(run("read", file, index));
    runs.ours.push(run("full", file, index));
    runs.reopened.push(run("reopen", file, index));
    if (isJudged) runs.judge.push(judgeHeap(file));
  }
  const questions = flags.includes("--no-questions") ? [] : askAll(file);
  rmSync(index, { recursive: true, force: true });
  const median = (list) => list.sort((a, b) => a.seconds - b.seconds)[list.length >> 1];
  return {
    floor: median(runs.floor),
    ours: median(runs.ours),
    reopened: median(runs.reopened),
    judge: median(runs.judge),
    questions,
  };
}

/** The median of each question; every run begins without kept answers and ends with an opening that has them. */
function askAll(file) {
  const index = join(cache, "questions");
  rmSync(index, { recursive: true, force: true });
  const ask = (name) => runOurs("questionRun.js", [file, join(cache, "dist"), name, index]);
  ask("none");
  const rows = ["suspects", "waste", "paths", "threads", "query", "profile"].map((name) => {
    const runs = Array.from({ length: repeats }, () => {
      for (const each of readdirSync(index)) if (each.endsWith("-answers")) unlinkSync(join(index, each));
      const first = ask(name);
      const next = ask(name);
      if (next.answer !== first.answer) fail(`${name}: the kept answer is another one`);
      return { name, ...first, nextOpeningMs: next.firstMs };
    });
    return runs.sort((a, b) => a.cpuSeconds - b.cpuSeconds)[repeats >> 1];
  });
  rmSync(index, { recursive: true, force: true });
  return rows;
}

function check(name, ours, reopened, judge) {
  if (!ours.isSaved) fail(`${name}: the index was not written`);
  for (const opened of [ours, reopened]) {
    if (opened.sumOfRoots !== ours.reachableBytes)
      fail(`${name}: the roots' children retain ${opened.sumOfRoots}, reachable are ${ours.reachableBytes}`);
  }
  if (ours.top.join() !== reopened.top.join()) fail(`${name}: the reopened index has other retained sizes`);
  if (judge !== undefined) compare(name, ours, judge);
}

function run(mode, file, index) {
  return runOurs("heapRun.js", [file, join(cache, "dist"), mode, index]);
}

function runOurs(script, parameters) {
  const result = spawnSync(process.execPath, [join(cache, "dist", script), ...parameters], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    // As the extension starts its analyzer; see extension/analyzerProcess.ts.
    env: { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1", ...process.env },
  });
  if (result.status !== 0) fail(`Exhume ended with ${result.status}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** VisualVM gives counts and sizes; its retained sizes take minutes beyond a few hundred megabytes. */
function judgeHeap(file) {
  const classes = join(cache, "classes");
  const source = join(root, "test/programs/java/HeapJudge.java");
  const path = [...classPath, classes].join(":");
  execFileSync(join(jdk, "bin/javac"), ["-nowarn", "-cp", path, "-d", classes, source], { stdio: "pipe" });
  // What it keeps beside the dump would make the next opening one of its index.
  rmSync(`${file}.hwcache`, { recursive: true, force: true });
  const output = execFileSync(join(jdk, "bin/java"), ["-Xmx6g", "-cp", path, "HeapJudge", file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const lines = output.split("\n").map((line) => line.split("\t"));
  const cost = lines.find(([kind]) => kind === "cost");
  return {
    seconds: Number(cost[1]),
    peakBytes: Number(cost[2]) * 1024,
    cpuSeconds: Number(cost[3]),
    classes: new Map(
      lines
        .filter(([kind]) => kind === "class")
        .map(([, name, count, bytes]) => [name, [Number(count), Number(bytes)]]),
    ),
  };
}

function compare(name, ours, judge) {
  const counts = new Map();
  for (const [type, count] of ours.classes) counts.set(type, (counts.get(type) ?? 0) + count);
  for (const [type, [count]] of judge.classes) {
    if (count === 0 || type === "java.lang.Class") continue;
    if (counts.get(type) !== count)
      fail(`${name}: ${counts.get(type)} objects of ${type}, VisualVM has ${count}`);
  }
}

function findJdk() {
  for (const home of [
    process.env.JAVA_HOME,
    "/usr/lib/jvm/java-17-openjdk-amd64",
    "/usr/lib/jvm/temurin-25-jdk-amd64",
  ]) {
    if (home !== undefined && existsSync(join(home, "bin/jcmd"))) return realpathSync(home);
  }
  return fail("No JDK found. Install one: apt-get install openjdk-17-jdk-headless");
}

async function makeDump({ thousands, heap }) {
  const file = join(cache, `heap-${thousands}k.hprof`);
  const source = join(root, "test/programs/java/HeapMaker.java");
  if (existsSync(file) && statSync(file).mtimeMs > statSync(source).mtimeMs) return file;
  if (existsSync(file)) unlinkSync(file);
  const classes = join(cache, "classes");
  execFileSync(join(jdk, "bin/javac"), ["-nowarn", "-d", classes, source], { stdio: "pipe" });
  console.error(`Making a heap of ${thousands} thousand objects…`);
  const child = spawn(join(jdk, "bin/java"), [
    "-XX:+UseSerialGC",
    `-Xmx${heap}`,
    "-cp",
    classes,
    "HeapMaker",
    String(thousands),
  ]);
  try {
    await new Promise((done, reject) => {
      child.stdout.on("data", (data) => String(data).includes("READY") && done());
      child.stderr.on("data", (data) => reject(new Error(String(data))));
      child.on("exit", (code) => reject(new Error(`HeapMaker ended with ${code}`)));
    });
    execFileSync(join(jdk, "bin/jcmd"), [String(child.pid), "GC.heap_dump", file], { stdio: "pipe" });
  } finally {
    child.kill("SIGKILL");
  }
  return file;
}

function gib(bytes) {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
