import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { unwatched } from "../../analyzer/base/work";
import type { MallocSummary } from "../../analyzer/protocol/core/malloc";
import { coreRoom } from "../../analyzer/session/core/coreRoom";
import { openCore } from "../build/openCore";

/**
 * Google's tcmalloc, linked into a program of Rust, judged by what it counts itself. The crate compiles some 150 files of C++,
 * which takes minutes: that is why it is not among the tests.
 */
const crate = `[package]
name = "held"
version = "0.1.0"
edition = "2021"
[[bin]]
name = "held"
path = "${resolve(__dirname, "../programs/native/googleTcmalloc.rs")}"
[dependencies]
tcmalloc-better = "=0.1.19"
`;
const folder = resolve(__dirname, "../../.cache/googleTcmalloc");
const program = join(folder, "target/release/held");

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Cargo.toml"), crate);
  const built = spawnSync("cargo", ["build", "--release"], { cwd: folder, encoding: "utf8" });
  expect(built.status, built.stderr).toBe(0);
}, 1_800_000);

// It registers restartable sequences for its caches of processors; where the C library has done that, threads have caches.
it.each([
  ["caches of processors", "glibc.pthread.rseq=0", false],
  ["caches of threads", "glibc.pthread.rseq=1", false],
  ["caches of processors, stripped", "glibc.pthread.rseq=0", true],
])(
  "%s",
  async (name, tunables, isStripped) => {
    const place = join(folder, name.replaceAll(/\W+/g, "-"));
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    const copy = join(place, "held");
    spawnSync("cp", [program, copy]);
    if (isStripped) spawnSync("strip", ["--strip-all", copy]);
    spawnSync("bash", ["-c", "ulimit -c unlimited && exec ./held"], {
      cwd: place,
      env: { ...process.env, GLIBC_TUNABLES: tunables },
    });
    const core = join(place, "core");
    renameSync(join(place, readdirSync(place).find((each) => each.startsWith("core"))!), core);
    const stats = JSON.parse(readFileSync(join(place, "stats.json"), "utf8")) as Record<string, number>;
    const context = await openCore(core);
    const start = performance.now();
    const summary = (await coreRoom.answers["core/malloc"]!.answer(
      context,
      {} as never,
      unwatched,
    )) as MallocSummary;
    const ms = Math.round(performance.now() - start);
    const bytes = summary.usedClasses.reduce((sum, each) => sum + each.bytes, 0);
    const blocks = summary.usedClasses.reduce((sum, each) => sum + each.blocks, 0);
    console.table([{ name, ...stats, bytes, "blocks here": blocks, ms }]);
    expect(summary).toMatchObject({ allocator: "tcmalloc", walked: true, problems: [] });
    expect(bytes).toBe(stats["generic.current_allocated_bytes"]);
    expect(blocks).toBeGreaterThanOrEqual(stats["blocks"]!);
  },
  120_000,
);
