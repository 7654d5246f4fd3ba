// `npm start [-- DUMP]`: installs, builds, and opens a dump in VS Code with the extension loaded: in `code` when it
// is on PATH, else in a served VS Code whose address is printed.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { chdir } from "node:process";
import { fileURLToPath } from "node:url";

const calledFrom = process.env.INIT_CWD ?? process.cwd();
const repository = resolve(fileURLToPath(new URL("..", import.meta.url)));
chdir(repository);

const named = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const sample = join(repository, "test/sample/workspace/recon.hprof.gz");
const dump = named === undefined ? sample : resolve(calledFrom, named);
if (!existsSync(dump)) {
  console.error(`${dump} does not exist.`);
  process.exit(2);
}
const folder = named === undefined ? dirname(sample) : calledFrom === repository ? dirname(dump) : calledFrom;

if (!existsSync("node_modules")) run("npm", ["ci"]);
run("node", [".scripts/build.mjs"]);

const { findCommand } = await import("./needs.mjs");
const opener = join(repository, ".scripts/opener");
const environment = { ...process.env, EXHUME_OPEN: dump };
if (findCommand("code") !== undefined && !process.argv.includes("--serve")) {
  run(
    "code",
    ["--new-window", ...[repository, opener].map((path) => `--extensionDevelopmentPath=${path}`), folder],
    environment,
  );
} else {
  const { startServer } = await import("./vscodeServer.mjs");
  const data = mkdtempSync(join(tmpdir(), "exhume-start-"));
  // A window in a browser takes one extension from its sources; the opener comes installed.
  cpSync(opener, join(data, "ext/exhume.exhume-opener-0.0.0"), { recursive: true });
  const server = await startServer({
    data,
    env: { EXHUME_OPEN: dump },
  });
  console.log(`\nOpen in a browser:\n  ${server.url({ folder, development: repository })}\n`);
  console.log("The dump opens by itself. Ctrl+C ends the server.");
  const end = () => {
    rmSync(data, { recursive: true, force: true });
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close().then(end));
}

function run(command, args, env = process.env) {
  const { status } = spawnSync(command, args, { stdio: "inherit", env });
  if (status !== 0) process.exit(status ?? 1);
}
