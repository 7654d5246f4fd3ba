import { readdirSync, readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { join, relative } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ExhumeError } from "../../analyzer/base/errors";
import { parsers } from "./parsers";

const root = process.cwd();

/** Rooms in which every file reads what others wrote, or serves to. */
const rooms = [
  "analyzer/formats",
  "analyzer/core/go",
  "analyzer/core/hotspot",
  "analyzer/core/javascript",
  "analyzer/core/malloc",
  "analyzer/core/python",
  "analyzer/core/values/registers",
  "analyzer/core/symbols/demangle",
  "analyzer/heap/phd",
  "analyzer/heap/v8",
  "analyzer/heap/graphText",
  "analyzer/heap/hprof",
  "analyzer/session/encryption",
  "analyzer/session/files/bzip2",
  "analyzer/session/files/lzma",
];

/** Files of those rooms that no parser with a target runs, and why. */
const others: Readonly<Record<string, string>> = {
  "analyzer/core/javascript/v8Files.ts": "looks at the paths of modules",
  "analyzer/core/symbols/demangle/itaniumOperators.ts": "a table",
  "analyzer/core/values/registers/registerValues.ts": "names what the files beside it read",
  "analyzer/session/files/lzma/dictionaries.ts": "a table",
  "analyzer/session/encryption/keptKeys.ts": "keeps keys, reads none",
  "analyzer/session/encryption/encryptionTasks.ts": "starts threads over what `age` covers",
  "analyzer/session/encryption/keyRing.ts": "keeps keys, reads none",
  "analyzer/session/encryption/writeEncrypted.ts": "writes",
};

/** Functions of each file that ran while every parser read its seeds. */
let ran: ReadonlyMap<string, number>;
const session = new Session();
const post = (method: string, params?: object) =>
  new Promise<unknown>((resolve, reject) => {
    session.post(method, params, (error, result) => (error === null ? resolve(result) : reject(error)));
  });

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

beforeAll(async () => {
  session.connect();
  await post("Profiler.enable");
  await post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  for (const { seeds, read, mayThrow } of Object.values(parsers)) {
    for (const seed of typeof seeds === "function" ? await seeds() : seeds) {
      try {
        await read(seed);
      } catch (error) {
        if (!(error instanceof ExhumeError) && mayThrow?.(error) !== true) throw error;
      }
    }
  }
  const { result } = (await post("Profiler.takePreciseCoverage")) as Coverage;
  ran = new Map(
    result.map(({ url, functions }) => [
      relative(root, url.replace(/^file:\/\//, "").replace(/\?.*/, "")),
      functions.filter(({ functionName, ranges }) => functionName !== "" && ranges[0]!.count > 0).length,
    ]),
  );
}, 60_000);

afterAll(() => session.disconnect());

it("every file that reads foreign bytes is run by a parser that is fuzzed", () => {
  const files = rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"))
      .map((name) => join(room, name)),
  );
  const unrun = files.filter((file) => (ran.get(file) ?? 0) === 0 && hasFunctions(file));
  expect(unrun.sort()).toEqual(Object.keys(others).sort());
});

/** Types and constants do not run. */
function hasFunctions(file: string): boolean {
  const { code } = transformSync(readFileSync(join(root, file), "utf8"), { loader: "ts", target: "esnext" });
  return /\bfunction\b|=>|^ {2}(?:static |async |\*)*\w+\([^)]*\) \{/m.test(code);
}
