import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { textOfFrame } from "../../../../analyzer/fronts/cli/coreFrames";
import { backtraceOf } from "../../../../analyzer/session/core/frames";
import { pathInRoot } from "../../../../analyzer/session/core/pathInRoot";
import { summaryOf } from "../../../../analyzer/session/core/summary";
import { buildCore, fileNote, x86ThreadNote } from "../../../build/elfBuilder";
import { firstPageOf } from "../../../build/linkedProcess";
import { openCore } from "../../../build/openCore";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("says beside each frame that nothing shows its file to be what ran", async () => {
  const start = 0x7000_0000n;
  const library = join(folder, "libshop.so");
  writeFileSync(library, firstPageOf([{ type: 1, flags: 5, offset: 0, address: 0n, bytes: 4096 }]));
  const core = join(folder, "core");
  writeFileSync(
    core,
    buildCore({
      notes: [
        x86ThreadNote({ lwp: 7, rip: start + 0x100n }),
        fileNote([{ start, end: start + 0x1000n, pages: 0, path: library }]),
      ],
      segments: [{ address: start, bytes: new Uint8Array(0), memoryBytes: 4096, flags: 5 }],
    }),
  );
  const context = await openCore(core);
  const [frame] = backtraceOf(context, context.image.threads[0]!).frames;
  expect(frame).toMatchObject({ module: library, unverified: true });
  expect(textOfFrame(frame!).join()).toMatch(/ \(unverified\)$/);
  const { modules, problems } = summaryOf(context);
  expect(modules).toMatchObject({ found: 0, unverified: 1, words: "0 found, 1 unverified" });
  expect(problems.map(({ code }) => code)).toContain("modules-unverified");
});

it("follows links of an image the way its machine would", () => {
  const root = join(folder, "image");
  mkdirSync(join(root, "usr/lib"), { recursive: true });
  symlinkSync("usr/lib", join(root, "lib"));
  symlinkSync("/usr/lib/libc-2.17.so", join(root, "usr/lib/libc.so.6"));
  symlinkSync("../../../../../../etc/hosts", join(root, "usr/lib/outside"));
  symlinkSync("loop", join(root, "usr/lib/loop"));
  const of = (path: string) => pathInRoot(root, join(root, path));
  expect(of("lib/libc.so.6")).toBe(join(root, "usr/lib/libc-2.17.so"));
  expect(of("lib/outside")).toBe(join(root, "etc/hosts"));
  expect(of("lib/loop")).toBe(join(root, "lib/loop"));
  expect(pathInRoot(root, "/etc/hosts")).toBe("/etc/hosts");
});

it("says of a core without notes that nobody knows who wrote it and why", async () => {
  const core = join(folder, "core-without-notes");
  writeFileSync(
    core,
    buildCore({ notes: [], segments: [{ address: 0x40_0000n, bytes: new Uint8Array(4096), flags: 5 }] }),
  );
  const { producer, format, headline, problems } = summaryOf(await openCore(core));
  expect([producer, format, headline]).toEqual([
    "unknown",
    "ELF core, x86_64, writer not known",
    "The process: no thread can be read, so it is not known why it was dumped",
  ]);
  expect(problems.map(({ message }) => message).join("\n")).not.toMatch(/qemu/);
});
