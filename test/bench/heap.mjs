// `npm run bench`: heaps of known make, read by Exhume, by VisualVM's library and by a plain read, in one run.
// Options: --big adds 4 GB, --xl adds 10 GB, --no-visualvm leaves the judge out, --dump FILE measures one of yours.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, realpathSync, statSync, unlinkSync } from "node:fs";
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
const repeats = 3;

mkdirSync(join(cache, "classes"), { recursive: true });
await build({
  entryPoints: [join(root, "test/bench/heapRun.ts"), join(root, "analyzer/bin/passWorker.ts")],
  bundle: true,
  platform: "node",
  outdir: join(cache, "dist"),
  entryNames: "[name]",
  logLevel: "warning",
});
const jdk = findJdk();
const sizes = [
  { name: "small", thousands: 300, heap: "512m" },
  { name: "400 MB", thousands: 8_000, heap: "2g" },
  ...(flags.includes("--big") || flags.includes("--xl")
    ? [{ name: "4 GB", thousands: 80_000, heap: "8g" }]
    : []),
  ...(flags.includes("--xl") ? [{ name: "10 GB", thousands: 200_000, heap: "18g" }] : []),
];
const own = flags.indexOf("--dump");
const dumps = own >= 0 ? [{ name: "given", file: flags[own + 1] }] : [];
if (own < 0) for (const size of sizes) dumps.push({ name: size.name, file: await makeDump(size) });

console.log(
  `${cpus().length} processors, ${gib(totalmem())} memory, Node ${process.version}, medians of ${repeats}, warm cache`,
);
console.log();
const rows = [];
for (const { name, file } of dumps) {
  const floor = median(() => run("read", file));
  const ours = median(() => run("full", file));
  if (ours.sumOfRoots !== ours.reachableBytes)
    fail(`${name}: the roots' children retain ${ours.sumOfRoots}, reachable are ${ours.reachableBytes}`);
  const judge = flags.includes("--no-visualvm") || !existsSync(visualvm) ? undefined : judgeHeap(file);
  if (judge !== undefined) compare(name, ours, judge);
  rows.push({
    dump: name,
    MB: Math.round(ours.bytes / 1e6),
    "M objects": (ours.objects / 1e6).toFixed(1),
    "read s": floor.seconds.toFixed(2),
    "histogram s": ours.histogramSeconds.toFixed(2),
    "full s": ours.seconds.toFixed(2),
    "cpu s": ours.cpuSeconds.toFixed(2),
    "peak MB": Math.round(ours.peakBytes / 1e6),
    "B/object": (Math.max(0, ours.peakBytes - 120 * 2 ** 20) / ours.objects).toFixed(1),
    "after B/object": (ours.residentBytes / ours.objects).toFixed(1),
    "MB/s": Math.round(ours.bytes / 1e6 / ours.seconds),
    "µs cpu/object": ((ours.cpuSeconds * 1e6) / ours.objects).toFixed(2),
    "page ms": Math.round(ours.pageSeconds * 1000),
    ...(judge === undefined
      ? {}
      : {
          "VisualVM histogram s": judge.seconds.toFixed(2),
          "VisualVM peak MB": Math.round(judge.peakBytes / 1e6),
          "times faster": (judge.seconds / ours.histogramSeconds).toFixed(1),
        }),
  });
}
console.table(rows);
console.log(
  "Checked: retained sizes of the roots' children add up to the reachable bytes; counts per class equal VisualVM's.",
);

function run(mode, file) {
  const result = spawnSync(
    process.execPath,
    [join(cache, "dist/heapRun.js"), file, join(cache, "dist"), mode],
    {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  if (result.status !== 0) fail(`Exhume ended with ${result.status}: ${result.stderr}`);
  return JSON.parse(result.stdout);
}

function median(measure) {
  const results = Array.from({ length: repeats }, measure).sort((a, b) => a.seconds - b.seconds);
  return results[repeats >> 1];
}

/** VisualVM gives counts and sizes; its retained sizes take minutes beyond a few hundred megabytes. */
function judgeHeap(file) {
  const classes = join(cache, "classes");
  const source = join(root, "test/programs/java/HeapJudge.java");
  const path = [...classPath, classes].join(":");
  execFileSync(join(jdk, "bin/javac"), ["-nowarn", "-cp", path, "-d", classes, source], { stdio: "pipe" });
  const output = execFileSync(join(jdk, "bin/java"), ["-Xmx6g", "-cp", path, "HeapJudge", file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const lines = output.split("\n").map((line) => line.split("\t"));
  const cost = lines.find(([kind]) => kind === "cost");
  return {
    seconds: Number(cost[1]),
    peakBytes: Number(cost[2]) * 1024,
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
