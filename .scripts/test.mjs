// `npm test [SUITE …]`: everything, from a fresh clone. Ends with a line `N passed, N failed`; skipped counts as failed.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { chdir } from "node:process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("..", import.meta.url));
chdir(repository);
if (!existsSync("node_modules")) run("npm", ["ci"]);
// Only now: these need installed packages.
const { ensureNeeds } = await import("./needs.mjs");
const { installServer } = await import("./vscodeServer.mjs");

ensureNeeds(["browser", "java", "judges"]);
installServer();
rmSync(".cache/locks", { recursive: true, force: true });

/**
 * What runs side by side, one group after the other. The package is made of other bundles than the tests use, in the same
 * place, and leaves theirs there.
 */
const groups = [
  {
    types: () => asOne("npx", ["tsc", "-b"]),
    lint: () => asOne("npx", ["biome", "check", "--error-on-warnings", "."]),
    package: () => asOne("node", [".scripts/package.mjs"]),
  },
  { unit: vitest, oracle: vitest, e2e: vitest, host: runHost },
];
const names = groups.flatMap(Object.keys);
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(", ")}, only ${names.join(", ")}`);
const wanted = (name) => chosen.length === 0 || chosen.includes(name);
// Built once: processes that did so side by side would take each other's bundles away.
if (!wanted("package")) run("node", [".scripts/build.mjs"]);
process.env.EXHUME_BUNDLES_ARE_BUILT = "1";

const corpus = "test/fuzz/corpus";
const savedBefore = new Set(readdirSync(corpus, { recursive: true }));
const tally = [];
for (const group of groups) {
  const suites = Object.entries(group).filter(([name]) => wanted(name));
  const projects = suites.filter(([, runSuite]) => runSuite === vitest).map(([name]) => name);
  const others = suites.filter(([, runSuite]) => runSuite !== vitest);
  const results = await Promise.all([
    ...(projects.length > 0 ? [vitest(projects)] : []),
    ...others.map(([name, runSuite]) => timed(name, runSuite)),
  ]);
  tally.push(...results.flat());
}
const saved = readdirSync(corpus, { recursive: true }).filter((file) => !savedBefore.has(file));
console.log("");
// Once more at the end: whoever reads only the tail of a long log must learn what failed.
for (const { name, failures } of tally) {
  for (const failure of failures) console.log(`FAILED ${name}: ${failure}\n`);
}
for (const file of saved) console.log(`An input that failed was saved: ${join(corpus, file)}\n`);
for (const { name, passed, failed, seconds } of tally) {
  console.log(
    `${name.padEnd(8)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${String(seconds).padStart(5)} s`,
  );
}
const sum = (key) => tally.reduce((total, suite) => total + suite[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;

/** Runs a suite whose output is printed when it has ended: others write at the same time. */
async function timed(name, runSuite) {
  const started = Date.now();
  const { passed, failed, failures = [], output } = await runSuite();
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(`\n=== ${name}, ${seconds} s\n${output}`);
  return [{ name, passed, failed, failures, seconds }];
}

/**
 * Projects of Vitest in one run: what waits for a browser or a JVM leaves the processors to what does not, and the last
 * file to end is a short one. Three at a time: of two, one often waits.
 */
async function vitest(projects) {
  const report = join(".cache", "vitest.json");
  mkdirSync(".cache", { recursive: true });
  rmSync(report, { force: true });
  const args = [
    ...["vitest", "run", "--config", "test/vitest.config.mts", "--maxWorkers=3"],
    ...projects.flatMap((project) => ["--project", project]),
    ...["--reporter=default", "--reporter=./.scripts/testReport.mjs"],
  ];
  console.log(`\n=== ${projects.join(", ")}`);
  const env = { ...process.env, EXHUME_TEST_REPORT: report };
  const [exit] = await once(spawn("npx", args, { stdio: "inherit", env }), "exit");
  if (!existsSync(report)) {
    const failures = [`Vitest ended with ${exit} and left no report`];
    return projects.map((name) => ({ name, passed: 0, failed: 1, failures, seconds: 0 }));
  }
  const results = JSON.parse(readFileSync(report, "utf8"));
  if (exit === 0 || results.some(({ failed }) => failed > 0)) return results;
  const failures = [`Vitest ended with ${exit}`];
  return [...results, { name: "vitest", passed: 0, failed: 1, failures, seconds: 0 }];
}

async function runHost() {
  const results = join(".cache", "host.json");
  rmSync(results, { force: true });
  const { output } = await finished("node", [".scripts/hostTests.mjs", results]);
  if (!existsSync(results)) return { passed: 0, failed: 1, output };
  return { ...JSON.parse(readFileSync(results, "utf8")), output };
}

async function asOne(command, args) {
  const { exit, output } = await finished(command, args);
  return exit === 0 ? { passed: 1, failed: 0, output } : { passed: 0, failed: 1, output };
}

async function finished(command, args) {
  const child = spawn("sh", ["-c", 'exec "$0" "$@" 2>&1', command, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [exit]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  return { exit, output };
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}
