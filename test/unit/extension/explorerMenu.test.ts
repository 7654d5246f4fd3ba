import { readFileSync } from "node:fs";
import { basename, extname, resolve } from "node:path";
import { expect, it } from "vitest";

interface Item {
  readonly command: string;
  readonly when: string;
}

const { contributes } = JSON.parse(readFileSync(resolve(__dirname, "../../../package.json"), "utf8"));
const titles = new Map<string, string>(
  contributes.commands.map(({ command, title }: { command: string; title: string }) => [command, title]),
);
const known = { heapDumps: ["/d/incident"], cores: ["/d/crash-1.bin"] };

/** Conditions of these menus: terms joined by `&&`. */
function holds(when: string, path: string): boolean {
  const keys = new Map([
    ["resourceFilename", basename(path)],
    ["resourceExtname", extname(path)],
    ["resourcePath", path],
  ]);
  return when.split(" && ").every((term) => {
    if (term === "resourceScheme == file" || term === "!explorerResourceIsFolder") return true;
    const list = /^resourcePath (not )?in exhume\.(heapDumps|cores)$/.exec(term);
    if (list !== null) return known[list[2] as keyof typeof known].includes(path) === (list[1] === undefined);
    const match = /^(!\()?(\w+) =~ \/(.*)\/\)?$/.exec(term);
    if (match === null) throw new Error(`not understood: ${term}`);
    return new RegExp(match[3]!).test(keys.get(match[2]!)!) === (match[1] === undefined);
  });
}

function offered(menu: string, path: string): string[] {
  const items: Item[] = contributes.menus[menu];
  return items.filter(({ when }) => holds(when, path)).map(({ command }) => titles.get(command)!);
}

const heap = ["Open Heap Dump Analysis", "Debug Dump", "Compare Heap Dumps", "Triage Memory of This Process"];
const core = [
  "Open Core Dump Analysis",
  "Open Java Heap of Core",
  "Debug Dump",
  "Triage Memory of This Process",
];

it.each([
  ["/d/shop.hprof", heap],
  ["/d/shop.hprof.gz.age", heap],
  ["/d/incident", heap],
  ["/d/node.heapsnapshot", heap],
  ["/d/core", core],
  ["/d/core.4711", core],
  ["/d/core.app.1000.0123456789abcdef0123456789abcdef.42.1700000000000000.zst", core],
  ["/d/trader.core.gz", core],
  ["/d/_usr_bin_sleep.1000.crash", core],
  ["/d/crash-1.bin", core],
  ["/d/gc.log", ["Open Saved Text Analysis", "Triage Memory of This Process"]],
  ["/d/smaps.txt", ["Open Saved Text Analysis", "Triage Memory of This Process"]],
  [
    "/d/dump-from-support",
    ["Open Dump Analysis", "Debug Dump", "Compare Heap Dumps", "Triage Memory of This Process"],
  ],
  ["/d/.gitignore", []],
  ["/d/Main.java", []],
  ["/d/core.ts", []],
])("the explorer offers for %s what it may be", (path, titlesOfItems) => {
  const privacy = ["Find Secrets…", "Save Redacted Copy…", "Encrypt Dump…", "Delete Dump and Its Index…"];
  expect(offered("explorer/context", path).filter((title) => !privacy.includes(title))).toEqual(
    titlesOfItems,
  );
  expect(offered("editor/title/context", path).length).toBe(titlesOfItems.length === 0 ? 0 : 1);
});
