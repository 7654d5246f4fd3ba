import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ProblemList } from "../../../analyzer/base/problems";
import { readProcessSnapshot } from "../../../analyzer/core/knownFormats";
import { LoadedProcess } from "../../../analyzer/core/loadedProcess";
import { type ModuleMatch, matchModule, type SearchPlaces } from "../../../analyzer/core/modules/moduleFiles";
import type { CoreOptions } from "../../../analyzer/protocol/dump/open";
import { backtraceOf } from "../../../analyzer/session/core/frames";
import { ModuleFileStore } from "../../../analyzer/session/core/moduleFiles";
import { moduleRow } from "../../../analyzer/session/core/moduleRows";
import { summaryOf } from "../../../analyzer/session/core/summary";
import { SectionStore } from "../../../analyzer/session/core/unpackSection";
import { FileSource } from "../../../analyzer/session/files/fileSource";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

const draft: ProgramDraft = { sources: ["crash.c"], compiler: "gcc", flags: ["-g", "-O0"] };
const otherDraft: ProgramDraft = { ...draft, flags: ["-g", "-O2"] };
const withoutId: ProgramDraft = { ...draft, flags: ["-g", "-O0", "-Wl,--build-id=none"] };
const folder = mkdtempSync(join(tmpdir(), "exhume-modules-"));
let program: string;
let otherProgram: string;
let core: string;

beforeAll(async () => {
  const built = buildProgram(draft);
  program = built.path;
  core = await coreOf(built, ["segv"]);
  otherProgram = buildProgram(otherDraft).path;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The build id as readelf prints it. */
function buildIdByReadelf(path: string): string {
  return /Build ID: (\w+)/.exec(execFileSync("readelf", ["-n", path], { encoding: "utf8" }))![1]!;
}

function place(from: string, ...to: readonly string[]): string {
  const path = join(folder, ...to);
  mkdirSync(dirname(path), { recursive: true });
  copyFileSync(from, path);
  return path;
}

/** Matches the executable of a core while its own path looks as if it were not there. */
function matchExecutable(
  corePath: string,
  places: Partial<SearchPlaces>,
  hidden: readonly string[],
): ModuleMatch {
  const image = readProcessSnapshot(FileSource.open(corePath), new ProblemList());
  const module = image.modules.find(({ kind }) => kind === "executable")!;
  const files = new ModuleFileStore({ folders: [], debugRoots: [] });
  return matchModule(module, image, { folders: [], debugRoots: [], ...places }, (path) =>
    hidden.includes(path) ? undefined : files.open(path),
  );
}

describe("finding the files of modules", () => {
  it("takes the path of the process when its build id fits", () => {
    expect(matchExecutable(core, {}, [])).toMatchObject({
      status: "found",
      path: program,
      verification: "buildId",
      fileBuildId: buildIdByReadelf(program),
    });
  });

  it("says missing and where it looked", () => {
    expect(matchExecutable(core, {}, [program])).toMatchObject({ status: "missing", tried: [program] });
  });

  const copies: readonly (readonly [string, () => { places: Partial<SearchPlaces>; path: string }])[] = [
    [
      "a sysroot",
      () => {
        const path = place(program, "root", program);
        return { places: { sysroot: join(folder, "root") }, path };
      },
    ],
    [
      "the core's folder",
      () => {
        const path = place(program, "beside", "program");
        return { places: { folders: [join(folder, "beside")] }, path };
      },
    ],
    [
      "a build-id folder",
      () => {
        const id = buildIdByReadelf(program);
        const path = place(program, "debug", ".build-id", id.slice(0, 2), id.slice(2));
        return { places: { debugRoots: [join(folder, "debug")] }, path };
      },
    ],
    [
      "the user's choice under any name",
      () => {
        const path = place(program, "chosen", "anything");
        return { places: { program: path }, path };
      },
    ],
  ];
  for (const [name, make] of copies) {
    it(`looks in ${name}`, () => {
      const { places, path } = make();
      expect(matchExecutable(core, places, [program])).toMatchObject({ status: "found", path });
    });
  }

  it("refuses another build and names both ids; uses it only when told to", () => {
    place(otherProgram, "wrong", "program");
    const places = { folders: [join(folder, "wrong")] };
    const refused = matchExecutable(core, places, [program]);
    expect(refused).toMatchObject({ status: "mismatched", fileBuildId: buildIdByReadelf(otherProgram) });
    expect(refused.path).toBeUndefined();
    expect(matchExecutable(core, { ...places, allowMismatch: true }, [program])).toMatchObject({
      status: "mismatched",
      path: join(folder, "wrong", "program"),
    });
  });

  it("compares first pages where nothing has a build id", async () => {
    const built = buildProgram(withoutId);
    const own = await coreOf(built, ["segv"]);
    expect(matchExecutable(own, {}, [])).toMatchObject({ status: "found", verification: "firstPage" });
    place(program, "identified", "program");
    const bytes = readFileSync(built.path);
    bytes[0x18] = bytes[0x18]! ^ 0x10;
    writeFileSync(join(folder, "changed"), bytes);
    for (const path of [join(folder, "identified", "program"), join(folder, "changed")]) {
      expect(matchExecutable(own, { program: path }, [built.path]).status, path).toBe("mismatched");
    }
  });

  it("compares what was loaded where the core has neither build ids nor first pages", async () => {
    const own = await coreOf(buildProgram(draft), ["segv"], "kernelWithoutHeaders");
    const context = await openCore(own);
    const row = moduleRow(context.core.modules.find(({ kind }) => kind === "executable")!);
    expect(row).toMatchObject({
      status: "found",
      verification: "contents",
      file: program,
      fileBuildId: buildIdByReadelf(program),
    });
    expect(row.buildId).toBeUndefined();
    expect(summaryOf(context).modules.words).toBe(`${context.core.modules.length} found`);
    // The stack is that of the whole core.
    const stackOf = async (path: string) => {
      const opened = await openCore(path);
      const { frames, stopped } = backtraceOf(opened, opened.image.threads[0]!);
      return [stopped, ...frames.map(({ function: name, line }) => [name, line])];
    };
    expect(await stackOf(own)).toEqual(await stackOf(core));
    // The same sources, built with other flags.
    const refused = matchExecutable(own, { program: otherProgram }, [program]);
    expect(refused).toMatchObject({ status: "mismatched", candidates: [{ refused: "otherContents" }] });
  });

  it("follows .gnu_debuglink and checks its CRC", async () => {
    const built = buildProgram({ ...withoutId, after: "separate" });
    const own = await coreOf(built, ["segv"]);
    const debugFile = `${built.path}.debug`;
    expect(matchExecutable(own, {}, [])).toMatchObject({ status: "found", debugPath: debugFile });
    const moved = place(debugFile, "links", "program.debug");
    const places = { folders: [join(folder, "links")] };
    expect(matchExecutable(own, places, [debugFile]).debugPath).toBe(moved);
    const bytes = readFileSync(moved);
    bytes[bytes.length - 1] = bytes[bytes.length - 1]! ^ 1;
    writeFileSync(moved, bytes);
    expect(matchExecutable(own, places, [debugFile]).debugPath).toBeUndefined();
  });

  it("finds separate debug information by build id", async () => {
    const built = buildProgram({ ...draft, after: "separate" });
    const own = await coreOf(built, ["segv"]);
    const id = buildIdByReadelf(built.path);
    const moved = place(`${built.path}.debug`, "roots", ".build-id", id.slice(0, 2), `${id.slice(2)}.debug`);
    const places = { debugRoots: [join(folder, "roots")] };
    expect(matchExecutable(own, places, [`${built.path}.debug`]).debugPath).toBe(moved);
    // Given as the program itself it is what it is, with the program or without.
    const asProgram = { program: moved };
    const debugPath = { debugPath: moved };
    expect(matchExecutable(own, asProgram, [`${built.path}.debug`])).toMatchObject({
      status: "found",
      path: built.path,
      ...debugPath,
    });
    expect(matchExecutable(own, asProgram, [built.path])).toMatchObject({ status: "missing", ...debugPath });
    const { problems } = await openCore(own, asProgram);
    expect(problems.toArray().find(({ code }) => code === "program-is-debug-file")?.message).toBe(
      `${moved} holds debug information only, without code; it is used for names, lines and variables. The program itself is ${built.path}.`,
    );
  });
});

describe("opening a core with the wrong program", () => {
  it("is refused, with advice in the table, unless overridden", async () => {
    await expect(openCore(core, { program: otherProgram })).rejects.toMatchObject({
      fault: { code: "refused" },
    });
    const context = await openCore(core, { program: otherProgram, allowMismatch: true });
    const row = moduleRow(context.core.modules.find(({ kind }) => kind === "executable")!);
    // The right one is still where the process had it, and is preferred.
    expect(row).toMatchObject({ status: "found", overridden: false, file: program });
    const text = join(folder, "text");
    writeFileSync(text, "not ELF");
    await expect(openCore(core, { program: text })).rejects.toMatchObject({ fault: { code: "unreadable" } });
    await expect(openCore(core, { program: join(folder, "nowhere") })).rejects.toMatchObject({
      fault: { code: "unreadable" },
    });
  });
});

describe("a core that keeps the pages of its files", () => {
  it("gives the same stacks without any file, with the names its modules export", async () => {
    const own = await coreOf(
      buildProgram({
        sources: ["crash.cpp"],
        compiler: "g++",
        flags: ["-g", "-O2"],
        library: ["crashLibrary.c"],
      }),
      ["callback"],
      "kernelWithFiles",
    );
    const { image, core: withFiles } = await openCore(own);
    const missing = image.modules.map((module) =>
      matchModule(module, image, { folders: [], debugRoots: [] }, () => undefined),
    );
    expect(missing.filter(({ status }) => status === "missing").length).toBeGreaterThan(4);
    const bare = readProcessSnapshot(FileSource.open(own), new ProblemList());
    const without = new LoadedProcess(bare, missing, () => ({}), new SectionStore());
    const stack = without.stackOf(bare.threads[0]!);
    const frames = stack.slice(0, 100);
    expect(stack.stopped).toBe("outermost");
    expect(frames.map(({ pc }) => pc)).toEqual(
      withFiles
        .stackOf(image.threads[0]!)
        .slice(0, 100)
        .map(({ pc }) => pc),
    );
    const names = frames.map(
      ({ module, lookupAddress }) => module?.symbols.functionAt(module.relative(lookupAddress))?.name,
    );
    expect(names).toContain("library_apply");
    expect(names).toContain("__libc_start_main");
  });
});

describe("debuginfod", () => {
  it("is asked by build id when configured, never else, and its answers are kept", async () => {
    const built = buildProgram({ ...draft, after: "separate", flags: [...draft.flags, "-DASKED"] });
    const own = await coreOf(built, ["segv"]);
    const debugFile = place(`${built.path}.debug`, "served");
    rmSync(`${built.path}.debug`);
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url!);
      if (request.url === `/buildid/${buildIdByReadelf(built.path)}/debuginfo`)
        response.end(readFileSync(debugFile));
      else response.writeHead(404).end();
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const lineOf = async (options: CoreOptions) => {
      const context = await openCore(own, options);
      return backtraceOf(context, context.image.threads[0]!).frames[0];
    };
    try {
      const cache = { debuginfodCache: join(folder, "downloads") };
      expect((await lineOf(cache))?.line).toBeUndefined();
      expect(asked).toEqual([]);
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const options = { ...cache, debuginfodUrls: [url] };
      expect(await lineOf(options)).toMatchObject({ function: "last_id", line: 18 });
      const first = asked.length;
      expect(asked).toContain(`/buildid/${buildIdByReadelf(built.path)}/debuginfo`);
      expect(await lineOf(cache)).toMatchObject({ function: "last_id", line: 18 });
      expect(asked).toHaveLength(first);
    } finally {
      server.close();
      copyFileSync(debugFile, `${built.path}.debug`);
    }
  });
});
