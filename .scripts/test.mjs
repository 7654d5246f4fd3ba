// `npm test`: everything, from a fresh clone. Ends with a line `N passed, N failed`; skipped counts as failed.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chdir } from "node:process";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));
chdir(repository);
if (!existsSync("node_modules")) run("npm", ["ci"]);
// Only now: these need installed packages.
const { ensureNeeds } = await import("./needs.mjs");
const { installServer } = await import("./vscodeServer.mjs");
const { runHostTests } = await import("./hostTests.mjs");

ensureNeeds(["browser", "java", "judges"]);
installServer();

// By default Vitest leaves one processor idle, which is half of two.
const bothProcessors = ["--maxWorkers=100%"];
const suites = [
  ["types", () => asOne(status("npx", ["tsc", "-b"]))],
  ["lint", () => asOne(status("npx", ["biome", "check", "--error-on-warnings", "."]))],
  ["build", () => asOne(status("node", [".scripts/build.mjs"]))],
  ["unit", () => vitest("unit", bothProcessors)],
  ["oracle", oracle],
  ["host", runHostTests],
  ["package", () => asOne(status("node", [".scripts/package.mjs"]))],
  ["e2e", () => vitest("e2e", bothProcessors)],
];
const chosen = process.argv.slice(2);
// Built once: processes that did so side by side would take each other's bundles away.
if (chosen.length > 0 && !chosen.includes("build")) run("node", [".scripts/build.mjs"]);
process.env.EXHUME_BUNDLES_ARE_BUILT = "1";
const tally = [];
for (const [name, runSuite] of suites) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  console.log(`\n=== ${name}`);
  const started = Date.now();
  const { passed, failed, failures = [] } = await runSuite();
  tally.push({ name, passed, failed, failures, seconds: Math.round((Date.now() - started) / 1000) });
}
console.log("");
// Once more at the end: whoever reads only the tail of a long log must learn what failed.
for (const { name, failures } of tally) {
  for (const failure of failures) console.log(`FAILED ${name}: ${failure}\n`);
}
for (const { name, passed, failed, seconds } of tally) {
  console.log(
    `${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${String(seconds).padStart(5)} s`,
  );
}
const sum = (key) => tally.reduce((total, suite) => total + suite[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;

/** What needs JVMs beside what needs compilers and gdb: a judge rarely keeps two processors busy. */
async function oracle() {
  const folders = readdirSync("test/oracle").map((name) => `test/oracle/${name}/`);
  const ofHeaps = (folder) => folder === "test/oracle/heap/";
  const [heaps, cores] = await Promise.all([
    vitest("oracle", folders.filter(ofHeaps), "oracle-heaps"),
    vitest(
      "oracle",
      folders.filter((folder) => !ofHeaps(folder)),
      "oracle-cores",
    ),
  ]);
  return {
    passed: heaps.passed + cores.passed,
    failed: heaps.failed + cores.failed,
    failures: [...(heaps.failures ?? []), ...(cores.failures ?? [])],
  };
}

async function vitest(project, folders = [], name = project) {
  const report = join(".cache", `vitest-${name}.json`);
  mkdirSync(".cache", { recursive: true });
  rmSync(report, { force: true });
  const args = [
    ...["vitest", "run", "--config", "test/vitest.config.mts", "--project", project],
    ...["--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
  ];
  const running = spawn("npx", [...args, ...folders], { stdio: "inherit" });
  const [exit] = await once(running, "exit");
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numTotalTests, numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const failures = testResults.flatMap(({ name, message, status: outcome, assertionResults }) => [
    ...(outcome === "failed" && message ? [`${name}\n${message}`] : []),
    ...assertionResults
      .filter((test) => test.status !== "passed")
      .map((test) => `${name} > ${test.fullName} (${test.status})\n${test.failureMessages.join("\n")}`),
  ]);
  // A file that could not even be loaded has no tests to count.
  const brokenFiles = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  );
  const failed = numTotalTests - numPassedTests + brokenFiles.length;
  return { passed: numPassedTests, failed: failed === 0 && exit !== 0 ? 1 : failed, failures };
}

function asOne(exit) {
  return exit === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function status(command, args) {
  return spawnSync(command, args, { stdio: "inherit" }).status ?? 1;
}

function run(command, args) {
  if (status(command, args) !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
