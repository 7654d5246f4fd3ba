import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readPrinterFile } from "../../analyzer/core/declaredPrinters/printerFile";
import { WorkBudget } from "../../analyzer/core/declaredPrinters/workBudget";
import type { RegisterBlock, ThreadSnapshot } from "../../analyzer/core/processSnapshot";
import { arm64Groups } from "../../analyzer/core/values/registers/arm64Registers";
import { signalInfoOf } from "../../analyzer/core/values/registers/signalInfo";
import { x86Groups } from "../../analyzer/core/values/registers/x86Registers";
import { pairShownBy } from "../build/printedPair";
import type { FuzzedParser } from "./fuzzedParser";

const folder = join(process.cwd(), "analyzer/core/declaredPrinters/builtin");
const builtin = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));

const own = {
  printers: [
    { type: "Pair", when: "first > 9", text: "{first} of {second}" },
    {
      type: "Pair",
      list: { first: "this", next: "*(int **) ((char *) $node + 8)", value: "*(int *) $node" },
    },
    { type: "P.*", where: { a: "first" }, items: { count: "a", key: "$index", value: "values[$index % 4]" } },
    { type: "Pair", tree: { root: "this", left: "(int *) next", right: "$node + 1", value: "*$node" } },
    { type: "Pair", slots: { capacity: "8", filled: "values[$index % 4]", value: "$index" } },
    { type: "Pair", members: [{ name: "a", value: "first", when: "second" }] },
  ],
};

/** Every rule shows a value, whatever type it is for, with little work. */
function showByRules(bytes: Uint8Array): unknown {
  const { rules, faults } = readPrinterFile(new TextDecoder("latin1").decode(bytes));
  const words = [3, 4, 0x1010, 0, 5, 6, 0x1000, 0];
  return [
    faults.length,
    rules.slice(0, 40).map((rule) => pairShownBy([{ ...rule, type: "Pair" }], words, new WorkBudget(2000))),
  ];
}

/** Notes of a thread: the first byte says of which kind. */
function readRegisterNotes(bytes: Uint8Array): unknown {
  const kinds: readonly RegisterBlock[] = ["xsave", "xsaveLayout", "fxsave", "sve", "signalInfo"];
  const kind = kinds[(bytes[0] ?? 0) % kinds.length]!;
  const rest = bytes.subarray(1);
  const area = kind === "xsaveLayout" ? new Uint8Array(2696).fill(0xff) : rest;
  const registerBlock = (wanted: RegisterBlock) =>
    wanted === kind ? rest : wanted === "xsave" ? area : undefined;
  const thread: ThreadSnapshot = {
    ...{ index: 0, lwp: 1, crashed: true, signal: 11, registers: [], registerWords: [] },
    registerBlock,
    floatingPoint: () => rest,
  };
  return [x86Groups(thread, true), x86Groups(thread, false), arm64Groups(thread)]
    .flat()
    .flatMap(({ registers }) => registers.map(({ name, value }) => [name, value.storage.read(0, 4)]))
    .concat([
      [
        "siginfo",
        signalInfoOf(thread, { pointerBytes: 8, littleEndian: true })?.storage.read(0, 16) ??
          new Uint8Array(),
      ],
    ]);
}

const noteOf = (kind: number, length: number) =>
  Uint8Array.from({ length }, (_, at) => (at === 0 ? kind : at & 0xff));

/** What values of a core are shown by, besides debug information. */
export const valueParsers: Readonly<Record<string, FuzzedParser>> = {
  printerFiles: { seeds: [...builtin, new TextEncoder().encode(JSON.stringify(own))], read: showByRules },
  registerNotes: {
    seeds: [noteOf(0, 2441), noteOf(0, 2697), noteOf(1, 65), noteOf(2, 513), noteOf(3, 1200), noteOf(4, 129)],
    read: readRegisterNotes,
  },
};
