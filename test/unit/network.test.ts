import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = resolve(__dirname, "../..");

/** Ways out of the machine, and into other programs, that Node, VS Code and browsers have. */
const waysOut =
  /\bfrom "(?:node:)?(?:https?|http2|net|tls|dgram|dns|inspector)(?:\/promises)?"|(?<![.\w]|private )fetch\(|\b(?:WebSocket|XMLHttpRequest|EventSource|sendBeacon|openExternal|createTelemetryLogger|telemetryReporter)\b/i;
const programs = /\bfrom "(?:node:)?(?:child_process|cluster)"/;

function filesWith(pattern: RegExp): string[] {
  return ["analyzer", "extension", "webview"]
    .flatMap((room) =>
      readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((name) => `${room}/${name}`),
    )
    .filter((name) => /\.tsx?$/.test(name) && pattern.test(readFileSync(join(root, name), "utf8")));
}

it("asks other machines for nothing but debug files, and sends no telemetry", () => {
  expect(filesWith(waysOut).sort()).toEqual([
    "analyzer/session/core/download.ts",
    // Has the browser show an investigation that was just saved as a file of this machine.
    "extension/investigations.ts",
  ]);
  // Only the servers somebody named are asked.
  const askers = filesWith(/from "[./]+(?:core\/)?download"/);
  expect(askers).toEqual(["analyzer/session/core/debuginfod.ts"]);
});

it("starts no programs but its own, and two of the system's", () => {
  expect(filesWith(programs).sort()).toEqual([
    "analyzer/fronts/cli/supervisor.ts",
    // Asks the journal for crashes, when the user asks for them, without an environment.
    "analyzer/session/crashes/systemdCores.ts",
    // Asks where a sparse file has data: of an open descriptor, without an environment.
    "analyzer/session/files/sparseMap.ts",
    "extension/analyzerProcess.ts",
  ]);
});

it("would find a way out", () => {
  for (const text of ['import { get } from "node:https";', "await fetch(url)", "new WebSocket(url)"])
    expect(waysOut.test(text)).toBe(true);
  expect(waysOut.test("this.fetch(start, length)")).toBe(false);
});
