// `npm run package`: a .vsix without development files; prints its size.
import { spawnSync } from "node:child_process";
import { rmSync, statSync } from "node:fs";
import { chdir } from "node:process";
import { fileURLToPath } from "node:url";

chdir(fileURLToPath(new URL("..", import.meta.url)));
// A third of it is the disassembler, a quarter the brief verbs in a file of their own.
const largestMebibytes = 4;
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
if (size > largestMebibytes * 1024 * 1024) {
  console.error(`The package is larger than ${largestMebibytes} MiB: something that is not needed went in.`);
  process.exitCode = 1;
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
