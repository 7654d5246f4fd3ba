// Puts each fault of mutants.mjs into a copy of the repository and runs the tests that must notice it.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const copy = join(repository, ".cache/handMade");
const wanted = process.argv.slice(2);

/** Faults that once could be put in without a test failing: what they break, and the tests that must notice. */
const mutants = JSON.parse(readFileSync(new URL("mutants.json", import.meta.url), "utf8"));
const chosen = mutants.filter(({ what }) => wanted.every((word) => what.includes(word)));
copyRepository();
const tests = [...new Set(chosen.map((mutant) => mutant.tests))];
const healthy = runTests(...tests);
if (healthy.status !== 0) {
  console.error(healthy.stdout);
  throw new Error("These tests fail without any mutant");
}
let survived = 0;
for (const mutant of chosen) {
  const killed = isKilled(mutant);
  if (!killed) survived++;
  console.log(`${killed ? "killed  " : "SURVIVED"}  ${mutant.what} (${mutant.file})`);
}
rmSync(copy, { recursive: true, force: true });
console.log(`\nHand-made mutants: ${chosen.length - survived} of ${chosen.length} killed`);
process.exitCode = survived === 0 && chosen.length > 0 ? 0 : 1;

function isKilled({ file, find, replace, tests: judges }) {
  const path = join(copy, file);
  const source = readFileSync(path, "utf8");
  if (source.split(find).length !== 2) throw new Error(`${file} does not have exactly one: ${find}`);
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    const { status, stdout } = runTests(judges);
    // A mutant that cannot be built is none.
    if (status !== 0 && !/\d+ failed/.test(stdout)) throw new Error(`${file}: no test ran\n${stdout}`);
    return status !== 0;
  } finally {
    writeFileSync(path, source);
  }
}

/** What is tracked or new, so that a run judges what is being worked on and never touches it. */
function copyRepository() {
  rmSync(copy, { recursive: true, force: true });
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter((name) => name !== "" && existsSync(join(repository, name)))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(repository, file), join(copy, file));
  }
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
}

function runTests(...files) {
  return spawnSync(
    "npx",
    ["vitest", "run", "--config", "test/vitest.config.mts", "--project", "unit", ...files],
    { cwd: copy, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
}
