import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { unwatched } from "../../../analyzer/base/work";
import type { CoreOptions } from "../../../analyzer/protocol/dump/open";
import { debugAnswers } from "../../../analyzer/session/core/debugAnswers";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { moduleRow } from "../../../analyzer/session/core/moduleRows";
import { summaryOf } from "../../../analyzer/session/core/summary";
import { threadGroups } from "../../../analyzer/session/core/threadGroups";
import { buildProgram, coreOf } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";
import { seededRandom } from "../../build/seededRandom";

/** Real files with bytes changed at random: every answer is a value, a problem or a fault, never another error. */
const folder = mkdtempSync(join(tmpdir(), "exhume-hostile-"));
let core: Buffer;
let program: Buffer;

beforeAll(async () => {
  const built = buildProgram({ sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O2", "-static"] });
  core = readFileSync(await coreOf(built, ["segv"]));
  program = readFileSync(built.path);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dump = { dump: "" };

/** @returns true when something could be shown */
async function survives(corePath: string, options: CoreOptions): Promise<boolean> {
  try {
    const context = await openCore(corePath, options);
    summaryOf(context);
    threadGroups(context, 50);
    for (const thread of context.image.threads.slice(0, 20)) {
      const { frames } = backtraceOf(context, thread, 200);
      for (const { pc: address } of frames.slice(0, 2))
        await debugAnswers["core/disassembly"].answer(
          context,
          { ...dump, address, offset: -20, count: 40 },
          unwatched,
        );
      for (const { index: frame } of frames.slice(0, 5)) {
        const place = { ...dump, lwp: thread.lwp, frame, inline: 0 };
        const asked = { ...place, scope: "locals", start: 0, count: 100 } as const;
        const { rows } = await debugAnswers["core/variables"].answer(context, asked, unwatched);
        for (const { parts } of rows) {
          if (parts === undefined) continue;
          const page = { ...dump, handle: parts.handle, start: 0, count: 50 };
          await debugAnswers["core/parts"].answer(context, page, unwatched);
        }
      }
    }
    for (const module of context.core.modules.slice(0, 50)) moduleRow(module);
    return true;
  } catch (thrown) {
    if (thrown instanceof ExhumeError && thrown.fault.code !== "internal") return false;
    throw thrown;
  }
}

function changed(bytes: Buffer, places: readonly number[], random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  for (const place of places) {
    const value = [0, 0xff, 0x7f, 0x80, Math.floor(random() * 256)][Math.floor(random() * 5)]!;
    copy.fill(value, place, Math.min(copy.length, place + 1 + Math.floor(random() * 8)));
  }
  return copy;
}

describe("hostile files", () => {
  it("cores with changed headers, notes and stacks", async () => {
    const random = seededRandom(11);
    let shown = 0;
    for (let round = 0; round < 150; round++) {
      const limit = round % 2 === 0 ? 2048 : core.length;
      const places = Array.from({ length: round % 2 === 0 ? 2 : 200 }, () => Math.floor(random() * limit));
      writeFileSync(join(folder, "core"), changed(core, places, random));
      if (await survives(join(folder, "core"), {})) shown++;
    }
    expect(shown).toBeGreaterThan(75);
  });

  it("programs with changed headers, unwind tables, symbols and debug information", async () => {
    const random = seededRandom(23);
    writeFileSync(join(folder, "core"), core);
    const path = join(folder, "program");
    let shown = 0;
    for (let round = 0; round < 60; round++) {
      // The section table is at the end, the program headers at the start.
      const start = round % 3 === 0 ? 0 : round % 3 === 1 ? program.length - 2500 : 0;
      const limit = round % 3 === 0 ? 1024 : round % 3 === 1 ? 2500 : program.length;
      const count = round % 3 === 2 ? 2000 : 3;
      const places = Array.from({ length: count }, () => start + Math.floor(random() * limit));
      writeFileSync(path, changed(program, places, random));
      if (await survives(join(folder, "core"), { program: path, allowMismatch: true })) shown++;
    }
    expect(shown).toBeGreaterThan(30);
  });
});
