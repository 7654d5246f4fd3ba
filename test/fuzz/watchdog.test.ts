import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { expect, it } from "vitest";

it("an input that never ends is saved, named, and ends the process it is read in", () => {
  const folder = mkdtempSync(join(tmpdir(), "exhume-watchdog-"));
  try {
    const outfile = join(folder, "endless.cjs");
    const corpus = join(folder, "corpus");
    const contents = `
      import { Watchdog } from "./watchdog";
      const watchdog = new Watchdog(${JSON.stringify(corpus)}, 0.2);
      watchdog.begin(Buffer.from("ends"));
      watchdog.end();
      watchdog.begin(Buffer.from("goes on"));
      for (;;);
    `;
    const stdin = { contents, resolveDir: join(process.cwd(), "test/fuzz") };
    buildSync({ stdin, outfile, bundle: true, platform: "node", logLevel: "warning" });
    const { signal, stderr } = spawnSync(process.execPath, [outfile], { encoding: "utf8", timeout: 50_000 });
    const saved = readdirSync(corpus);
    expect(saved.map((name) => readFileSync(join(corpus, name), "utf8"))).toEqual(["goes on"]);
    expect(stderr).toBe(`${join(corpus, saved[0]!)}: did not end in 0.2 s\n`);
    expect(signal).toBe("SIGKILL");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
