import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(__dirname, "../..");

/** Which rooms a room may import. Arrows not listed here do not exist. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "analyzer/base": [],
  "analyzer/protocol": [],
  "analyzer/formats": ["analyzer/base"],
  "analyzer/heap": ["analyzer/base", "analyzer/formats"],
  "analyzer/core": ["analyzer/base", "analyzer/formats", "analyzer/heap"],
  "analyzer/sources": ["analyzer/base"],
  "analyzer/session": [
    "analyzer/base",
    "analyzer/protocol",
    "analyzer/formats",
    "analyzer/heap",
    "analyzer/core",
    "analyzer/sources",
  ],
  "analyzer/fronts": ["analyzer/base", "analyzer/protocol", "analyzer/session"],
  "analyzer/bin": ["analyzer/base", "analyzer/protocol", "analyzer/session", "analyzer/fronts"],
  extension: ["analyzer/base", "analyzer/protocol"],
  webview: ["analyzer/base", "analyzer/protocol"],
};

/** Packages a room may import; `node:` stands for all of Node. Rooms not listed may import none. */
const packages: Readonly<Record<string, readonly string[]>> = {
  "analyzer/base": ["re2js"],
  "analyzer/core": ["jsonc-parser"],
  "analyzer/protocol": ["valibot"],
  "analyzer/formats": ["elfy", "fzstd"],
  "analyzer/session": [
    "node:",
    "@alexaltea/capstone-js",
    "@noble/ciphers",
    "age-encryption",
    "fzstd",
    "xxhash-wasm",
    "yauzl",
  ],
  "analyzer/fronts": [
    "node:",
    "vscode-languageserver",
    "vscode-languageserver-textdocument",
    "vscode-jsonrpc",
    "@vscode/debugadapter",
    "@vscode/debugprotocol",
  ],
  "analyzer/bin": ["node:", "vscode-languageserver"],
  extension: ["node:", "vscode", "vscode-languageclient"],
  webview: ["preact", "@vscode/webview-ui-toolkit", "d3-array", "d3-hierarchy"],
};

/** Rooms whose sub-folders may not import each other: each is a world of its own over `base`. */
const separateSubfolders = ["analyzer/formats"];

/** Folders that only some others may import: everyone else goes through what those make of them. */
const reservedFor: Readonly<Record<string, readonly string[]>> = {
  // Which format a file has is told before anything is opened.
  "analyzer/formats/elf": ["analyzer/formats/elf", "analyzer/core/elf", "analyzer/session/dumpFormats"],
  "analyzer/core/elf": ["analyzer/core/elf", "analyzer/core/knownFormats", "analyzer/core/processCopies"],
  // What others wrote is read in threads, never by the one that answers requests.
  "analyzer/session/identify": [
    "analyzer/session/dumps/findDumps",
    "analyzer/session/reading",
    "analyzer/session/threads/unpackedFileOf",
  ],
  "analyzer/session/reading/identifyFile": ["analyzer/session/reading/readWorker", "analyzer/fronts/cli"],
  "analyzer/session/reading/readWorker": ["analyzer/bin/readWorker"],
  "analyzer/session/sources/sourceService": ["analyzer/session/reading/readWorker"],
  "analyzer/session/dumps/findDumps": ["analyzer/bin/findWorker"],
  // The language server only deletes notes.
  "analyzer/session/dumps/noteStore": [
    "analyzer/session/reading/readWorker",
    "analyzer/fronts/lsp/dumpHandlers",
  ],
  "analyzer/sources/findInSources": ["analyzer/sources", "analyzer/session/sources/sourceService"],
  "analyzer/sources/declaredNames": ["analyzer/sources", "analyzer/session/sources/sourceService"],
  "analyzer/sources/outline": ["analyzer/sources"],
};

/** Folders that see only what is listed. */
const foldersSee: Readonly<Record<string, readonly string[]>> = {
  // Any format's adapter hands its graph over as columns: the graph knows neither the format nor the language.
  "analyzer/heap/graph": ["analyzer/base", "analyzer/heap/graph"],
  // How a dump is read and what a language means by it do not know each other: they meet in the model.
  "analyzer/heap/hprof": [
    "analyzer/base",
    "analyzer/formats/hprof",
    "analyzer/heap/graph",
    "analyzer/heap/heap",
    "analyzer/heap/hprof",
    "analyzer/heap/primitiveValues",
  ],
  "analyzer/heap/java": [
    "analyzer/base",
    "analyzer/heap/graph",
    "analyzer/heap/heap",
    "analyzer/heap/java",
    "analyzer/heap/primitiveValues",
  ],
  // The adapter of a small format sees its format and the graph.
  "analyzer/heap/v8": ["analyzer/base", "analyzer/formats/v8", "analyzer/heap/graph", "analyzer/heap/v8"],
  "analyzer/heap/graphText": [
    "analyzer/base",
    "analyzer/formats/graphText",
    "analyzer/heap/graph",
    "analyzer/heap/graphText",
  ],
  "analyzer/heap/phd": ["analyzer/base", "analyzer/formats/phd", "analyzer/heap/graph", "analyzer/heap/phd"],
  // Widgets ask the analyzer nothing and know no view.
  "webview/widgets": [
    "webview/widgets",
    "webview/format",
    "webview/host",
    "webview/navigation",
    "webview/state",
    "analyzer/base",
    "analyzer/protocol/wire",
  ],
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
    .map((file) => join(folder, file));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), "utf8");
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+["']([^"']+)["']|(?:^|\n)\s*import\s+["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;
  return [...text.matchAll(pattern)].map((match) => ({
    file,
    specifier: (match[1] ?? match[2] ?? match[3])!,
  }));
}

/** True for a file without its extension and for what is in a folder. */
function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function roomOf(path: string): string | undefined {
  return Object.keys(allowed).find((room) => isIn(path, room));
}

function faultOf({ file, specifier }: Import): string | undefined {
  const room = roomOf(file)!;
  if (!specifier.startsWith(".")) {
    if (specifier.startsWith("@vscode/webview-ui-toolkit") && file !== "webview/widgets/toolkit.tsx")
      return `${file} imports the toolkit past webview/widgets/toolkit`;
    const permitted = (packages[room] ?? []).some((name) =>
      name.endsWith(":")
        ? specifier.startsWith(name)
        : specifier === name || specifier.startsWith(`${name}/`),
    );
    return permitted ? undefined : `${file} imports package ${specifier}`;
  }
  const target = relative(root, resolve(root, dirname(file), specifier));
  const targetRoom = roomOf(target);
  if (targetRoom === undefined) return `${file} imports ${target}, which is in no room`;
  for (const [folder, users] of Object.entries(reservedFor))
    if (isIn(target, folder) && !users.some((user) => isIn(file.replace(/\.tsx?$/, ""), user)))
      return `${file} imports ${target}, which is reserved for ${users.join(", ")}`;
  for (const [folder, seen] of Object.entries(foldersSee)) {
    if (!file.startsWith(`${folder}/`)) continue;
    if (!seen.some((place) => target === place || target.startsWith(`${place}/`)))
      return `${file} imports ${target}, which ${folder} does not see`;
  }
  if (targetRoom !== room)
    return allowed[room]!.includes(targetRoom) ? undefined : `${file} imports ${target}`;
  if (!separateSubfolders.includes(room)) return undefined;
  const subfolder = (path: string) => path.slice(room.length + 1).split("/")[0];
  return subfolder(file) === subfolder(target) ? undefined : `${file} imports its sibling room ${target}`;
}

/** What each file imports of the others; imports of types count. */
function importGraph(files: readonly string[]): Map<string, string[]> {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const targets = importsOf(file)
        .filter(({ specifier }) => specifier.startsWith("."))
        .map(({ specifier }) => relative(root, resolve(root, dirname(file), specifier)))
        .map((path) => [".ts", ".tsx"].map((extension) => path + extension).find((each) => known.has(each)))
        .filter((target) => target !== undefined);
      return [file, targets];
    }),
  );
}

/** Groups of files that all reach each other. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachedFrom = new Map<string, Set<string>>();
  for (const start of graph.keys()) {
    const reached = new Set<string>();
    const open = [start];
    for (let file = open.pop(); file !== undefined; file = open.pop())
      for (const target of graph.get(file) ?? [])
        if (!reached.has(target)) {
          reached.add(target);
          open.push(target);
        }
    reachedFrom.set(start, reached);
  }
  const circles = new Set<string>();
  for (const [file, reached] of reachedFrom)
    if (reached.has(file))
      circles.add(
        [...reached]
          .filter((each) => reachedFrom.get(each)!.has(file))
          .sort()
          .join("\n"),
      );
  return [...circles].map((circle) => circle.split("\n"));
}

describe("layering", () => {
  it("has no import that runs against the arrows", () => {
    const files = Object.keys(allowed).flatMap(sourceFiles);
    expect(files.length).toBeGreaterThan(5);
    const faults = files
      .flatMap(importsOf)
      .map(faultOf)
      .filter((fault) => fault !== undefined);
    expect(faults).toEqual([]);
  });

  it("has no circles, type-only imports included", () => {
    expect(circlesOf(importGraph(Object.keys(allowed).flatMap(sourceFiles)))).toEqual([]);
  });

  it("finds circles", () => {
    const graph = new Map([
      ["a", ["b", "d"]],
      ["b", ["c"]],
      ["c", ["a"]],
      ["d", []],
      ["e", ["e"]],
    ]);
    expect(circlesOf(graph)).toEqual([["a", "b", "c"], ["e"]]);
  });

  it("finds an arrow that runs the wrong way", () => {
    expect(faultOf({ file: "analyzer/heap/x.ts", specifier: "../session/y" })).toContain(
      "analyzer/session/y",
    );
    expect(faultOf({ file: "analyzer/heap/x.ts", specifier: "node:fs" })).toContain("node:fs");
    expect(faultOf({ file: "analyzer/formats/elf/x.ts", specifier: "../hprof/y" })).toContain("sibling");
    expect(faultOf({ file: "analyzer/core/x.ts", specifier: "../heap/y" })).toBeUndefined();
    expect(faultOf({ file: "webview/widgets/x.tsx", specifier: "../ask" })).toContain("does not see");
    expect(faultOf({ file: "webview/widgets/x.tsx", specifier: "../views/registry" })).toContain(
      "does not see",
    );
    expect(
      faultOf({ file: "webview/widgets/x.tsx", specifier: "../../analyzer/protocol/requests" }),
    ).toContain("does not see");
    expect(faultOf({ file: "webview/views/x.tsx", specifier: "../ask" })).toBeUndefined();
    expect(faultOf({ file: "webview/views/x.tsx", specifier: "@vscode/webview-ui-toolkit" })).toContain(
      "toolkit",
    );
    expect(faultOf({ file: "analyzer/core/malloc/x.ts", specifier: "../../formats/elf/y" })).toContain(
      "reserved",
    );
    expect(faultOf({ file: "analyzer/core/elf/x.ts", specifier: "../../formats/elf/y" })).toBeUndefined();
    expect(faultOf({ file: "analyzer/core/knownFormats.ts", specifier: "./elf/y" })).toBeUndefined();
    expect(faultOf({ file: "analyzer/session/core/x.ts", specifier: "../../core/elf/y" })).toContain(
      "reserved",
    );
    expect(faultOf({ file: "analyzer/session/sessionStore.ts", specifier: "./identify" })).toContain(
      "reserved",
    );
    expect(
      faultOf({ file: "analyzer/fronts/lsp/x.ts", specifier: "../../session/sources/sourceService" }),
    ).toContain("reserved");
    expect(faultOf({ file: "analyzer/heap/graph/x.ts", specifier: "../heap" })).toContain("does not see");
    expect(faultOf({ file: "analyzer/heap/java/x/y.ts", specifier: "../../hprof/z" })).toContain(
      "does not see",
    );
    expect(faultOf({ file: "analyzer/heap/hprof/x.ts", specifier: "../graph/y" })).toBeUndefined();
  });
});
