// `npm run package`: a .vsix without development files; prints its size.
import { spawnSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { chdir } from "node:process";
import { fileURLToPath } from "node:url";

chdir(fileURLToPath(new URL("..", import.meta.url)));
/** Without the sample. Half of it is the disassembler. */
const largestMebibytes = 3;
rmSync("dist", { recursive: true, force: true });
run("node", [".scripts/build.mjs", "--production"]);
const file = "exhume.vsix";
run("npx", [
  "vsce",
  "package",
  "--no-dependencies",
  "--allow-missing-repository",
  "--no-rewrite-relative-links",
  "--out",
  file,
]);
const { size } = statSync(file);
console.log(`${file}: ${(size / 1024).toFixed(0)} KiB`);
run("node", [".scripts/build.mjs"]);
// Packed already, so that it takes in the package what it takes here.
const sample = ["workspace/recon.hprof.gz", "core/settle", "core/settle.core.gz"]
  .map((name) => statSync(`test/sample/${name}`).size)
  .reduce((sum, bytes) => sum + bytes);
if (size - sample > largestMebibytes * 1024 * 1024) {
  console.error(
    `The package without its sample is larger than ${largestMebibytes} MiB: something that is not needed went in.`,
  );
  process.exitCode = 1;
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
