// A real VS Code from the npm registry alone: the server and web workbench that `code-server` carries.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const carrier = "4.100.3";
/** The VS Code inside that package. */
export const vscodeVersion = "1.100.3";
export const repository = resolve(dirname(fileURLToPath(import.meta.url)), "..");

const settingsOfTestUsers = {
  "workbench.startupEditor": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.enableExperiments": false,
  "telemetry.telemetryLevel": "off",
  "debug.saveBeforeStart": "none",
  "git.enabled": false,
};

/** Installs the server under `.vscode-test/` once and returns its folder. */
export function installServer() {
  const folder = join(repository, ".vscode-test", `server-${carrier}`);
  if (existsSync(join(folder, "out/server-main.js"))) return folder;
  console.log(`Installing VS Code ${vscodeVersion} (server) in .vscode-test …`);
  const unpacking = `${folder}.unpacking`;
  rmSync(unpacking, { recursive: true, force: true });
  mkdirSync(unpacking, { recursive: true });
  unpack(`code-server@${carrier}`, unpacking, 3, "package/lib/vscode", "--exclude=*.map");
  run("npm", ["install", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"], unpacking);
  // ripgrep's own install script downloads from GitHub; the platform package carries the binary.
  const ripgrep = join(unpacking, "node_modules/@vscode/ripgrep");
  mkdirSync(join(ripgrep, "bin"), { recursive: true });
  unpack(`@vscode/ripgrep-${process.platform}-${process.arch}@1.18.0`, ripgrep, 1, "package/bin");
  renameSync(unpacking, folder);
  return folder;
}

/**
 * Starts the server on a free port in a process group of its own.
 * `data` is the folder for everything this user of VS Code leaves behind.
 */
export async function startServer({ data, settings = {}, trust = false, dialogs = false, env = {} }) {
  const server = installServer();
  for (const folder of ["ext", "rt"]) mkdirSync(join(data, folder), { recursive: true });
  const wanted = JSON.stringify({ ...settingsOfTestUsers, ...settings }, null, 2);
  // As a user and as the machine: the workbench in a browser reads the latter.
  for (const folder of ["ud/User", "ud/Machine"]) {
    mkdirSync(join(data, folder), { recursive: true });
    writeFileSync(join(data, folder, "settings.json"), wanted);
  }
  const args = [
    join(server, "out/server-main.js"),
    ...["--host", "127.0.0.1", "--port", "0", "--without-connection-token", "--accept-server-license-terms"],
    ...["--server-data-dir", join(data, "server"), "--user-data-dir", join(data, "ud")],
    ...["--extensions-dir", join(data, "ext"), "--telemetry-level", "off"],
    // With it VS Code shows no modal dialog.
    ...(dialogs ? [] : ["--enable-smoke-test-driver"]),
    ...(trust ? [] : ["--disable-workspace-trust"]),
  ];
  const child = spawn(nodeForServer(), args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env, XDG_RUNTIME_DIR: join(data, "rt"), EXTENSIONS_GALLERY: "{}" },
  });
  const close = () => endGroup(child);
  try {
    const port = await listeningPort(child);
    return { port, close, url: (target) => workbenchUrl(port, target) };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Installs a `.vsix` into the extensions folder of `data`, as a user of that server would. */
export function installExtension(vsix, data) {
  const args = ["--install-extension", vsix, "--extensions-dir", join(data, "ext"), "--force"];
  const result = spawnSync(
    nodeForServer(),
    [
      join(installServer(), "out/server-main.js"),
      ...args,
      "--accept-server-license-terms",
      "--server-data-dir",
      join(data, "server"),
      "--user-data-dir",
      join(data, "ud"),
    ],
    { encoding: "utf8", env: { ...process.env, EXTENSIONS_GALLERY: "{}" } },
  );
  const output = `${result.stdout}${result.stderr}`;
  // The server's own log has errors of its own (modules that were not compiled): only the outcome counts.
  if (result.status !== 0 || !output.includes("successfully installed")) {
    throw new Error(`Installing ${vsix} failed:\n${output}`);
  }
  return output;
}

function workbenchUrl(port, { folder, development, tests }) {
  const remote = (path) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [];
  if (development) payload.push(["extensionDevelopmentPath", remote(development)]);
  if (tests) payload.push(["extensionTestsPath", remote(tests)]);
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set("payload", JSON.stringify(payload));
  return `http://127.0.0.1:${port}/?${query}`;
}

/** This VS Code's native modules know Node 20; another Node gets one from the npm registry. */
function nodeForServer() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major === 20 || process.platform !== "linux") return process.execPath;
  const folder = join(repository, ".vscode-test", "node-20");
  const binary = join(folder, "bin/node");
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    unpack(`node-linux-${process.arch}@20`, folder, 1, "package/bin/node");
  }
  return binary;
}

function listeningPort(child) {
  return new Promise((done, fail) => {
    let output = "";
    const read = (chunk) => {
      output += chunk;
      const match = /listening on (\d+)/.exec(output);
      if (match) done(Number(match[1]));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", fail);
    child.once("exit", (code) => fail(new Error(`VS Code server ended with ${code}:\n${output}`)));
  });
}

/** Ends a process and all it started: an extension host outlives its server otherwise. */
function endGroup(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const force = setTimeout(() => signalGroup(child.pid, "SIGKILL"), 5_000);
    child.once("exit", () => {
      clearTimeout(force);
      signalGroup(child.pid, "SIGKILL");
      done();
    });
    signalGroup(child.pid, "SIGTERM");
  });
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function unpack(packageSpec, folder, strip, ...members) {
  const temporary = mkdtempSync(join(tmpdir(), "exhume-unpack-"));
  try {
    run("npm", ["pack", packageSpec, "--pack-destination", temporary, "--silent"], temporary);
    const pattern = members.filter((member) => !member.startsWith("--"));
    const options = members.filter((member) => member.startsWith("--"));
    const shell = `tar xzf "${temporary}"/*.tgz -C "${folder}" --strip-components=${strip} ${options.map((o) => `'${o}'`).join(" ")} ${pattern.join(" ")}`;
    run("sh", ["-c", shell], temporary);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (result.status !== 0)
    throw new Error(`${command} ${args.join(" ")} failed:\n${result.stdout}${result.stderr}`);
}
