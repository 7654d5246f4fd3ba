import { formatBytes, formatCount, formatShare } from "../../base/figures";
import type {
  BlockHolder,
  BlockHolders,
  BlockKindRow,
  BlockRow,
  BlockSample,
  LeakResult,
  MallocSummary,
} from "../../protocol/core/malloc";
import type { DumpSession } from "../../session/dumpSession";
import { openCore } from "./bt";
import { type Command, countOption, exitCodeFor, openFlags, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, coreOptionsUsage } from "./coreOptions";
import { apart } from "./output";
import { formatTable } from "./table";

const defaultTop = 15;
const samplesShown = 3;
const bytesShown = 64;

export const malloc: Command = {
  name: "malloc",
  needs: "nativeHeap",
  summary: "Walk the malloc heap of a core: arenas, used and free by size, fragmentation, leaked blocks.",
  usage: `CORE [--json] [--top N]
  --json              one JSON object on standard output
  --top N             rows in each list
  --size BYTES        blocks of this size instead: contents, type, what points at them
  --type NAME         the largest blocks of what a row of the list calls so instead, and who holds each
  --holders ADDRESS   the block at an address instead: who holds it, up to a variable, stack or register, what it holds, and every word that points at it
${coreOptionsUsage}`,
  options: {
    json: { type: "boolean" },
    top: { type: "string" },
    size: { type: "string" },
    type: { type: "string" },
    holders: { type: "string" },
    ...coreFlags,
    ...openFlags,
  },
  async run(invocation) {
    const { output, signal, values } = invocation;
    const path = requirePositional(invocation, 0, "CORE");
    const top = countOption(invocation, "top");
    const session = await openCore(invocation.openDump(path, coreOpenOptionsOf(invocation)), path);
    const size = countOption(invocation, "size");
    if (size !== undefined) {
      const { samples } = await session.ask("core/sizeClass", { size, count: top ?? samplesShown }, signal);
      if (values["json"] === true) output.json({ schemaVersion: 1, size, samples }, 1);
      else output.text(apart(samples.map(textOfSample)));
      return exitCodeFor(session.problems);
    }
    const address = values["holders"];
    if (typeof address === "string") {
      const found = await session.ask("core/holders", { address, all: true }, signal);
      if (values["json"] === true) output.json({ schemaVersion: 1, ...found }, 1);
      else output.text(textOfHolders(address, found));
      return exitCodeFor(session.problems);
    }
    const name = values["type"];
    if (typeof name === "string") {
      const found = await largestNamed(session, name, top ?? samplesShown, signal);
      if (values["json"] === true) output.json({ schemaVersion: 1, name, blocks: found }, 1);
      else
        output.text(
          found.length === 0
            ? [`No block is known to be ${name}.`]
            : apart(found.map((each) => textOfHolders(each.block?.address ?? "", each))),
        );
      return exitCodeFor(session.problems);
    }
    const summary = await session.ask("core/malloc", {}, signal);
    const leaks = await session.ask("core/leaks", {}, signal);
    if (values["json"] === true) output.json(jsonOf(summary, leaks), 1);
    else output.text(textOf(summary, leaks, top ?? defaultTop, output.columns));
    return exitCodeFor([...session.problems, ...summary.problems]);
  },
};

async function largestNamed(
  session: DumpSession,
  name: string,
  count: number,
  signal: AbortSignal,
): Promise<BlockHolders[]> {
  const { blocks } = await session.ask("core/blocksNamed", { name, count }, signal);
  const found: BlockHolders[] = [];
  for (const { address } of blocks) found.push(await session.ask("core/holders", { address }, signal));
  return found;
}

function textOfBlock({ address, size, type }: BlockRow): string {
  return `${address}, ${formatBytes(size)}${type === undefined ? "" : `, ${type}`}`;
}

function textOfHolder({ at, place, block }: BlockHolder): string {
  const where = block === undefined ? place : `the block at ${textOfBlock(block)}`;
  return `${at === undefined ? "" : `the word at ${at} in `}${where}`;
}

function textOfHolders(address: string, { block, holders, targets, referrers = [] }: BlockHolders): string[] {
  if (block === undefined) return [`${address} is in no block of the heap that is in use.`];
  return [
    `Block at ${textOfBlock(block)}`,
    ...(holders.length === 0
      ? ["  nothing refers to it: leaked"]
      : holders.map((holder) => `  held by ${textOfHolder(holder)}`)),
    ...targets.map((target) => `  holds, at offset ${target.offset}, the block at ${textOfBlock(target)}`),
    ...referrers.map((referrer) => `  pointed at from ${textOfHolder(referrer)}`),
  ];
}

function textOfSample({ address, type, data, referrers }: BlockSample): string[] {
  const bytes = Buffer.from(data, "base64").subarray(0, bytesShown);
  const letters = [...bytes]
    .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : "."))
    .join("");
  const from = referrers.map((referrer) => `  pointed at from ${textOfHolder(referrer)}`);
  return [
    `${address}${type === undefined ? "" : ` ${type}`}`,
    `  ${bytes.toString("hex")}`,
    `  ${letters}`,
    ...(from.length === 0 ? ["  nothing points at it"] : from),
  ];
}

function jsonOf(summary: MallocSummary, leaks: LeakResult): Record<string, unknown> {
  const { arenas, usedBytes, freeBytes, mmappedBytes, ...rest } = summary;
  return {
    schemaVersion: 1,
    arenas,
    usedBytes,
    freeBytes,
    mmappedBytes,
    leakedBytes: leaks.leakedBytes,
    leakedBlocks: leaks.leakedBlocks,
    leaks: leaks.leaks,
    kinds: leaks.kinds,
    blockBytes: leaks.blockBytes,
    namedBytes: leaks.namedBytes,
    rest: leaks.rest,
    ...rest,
  };
}

function textOf(summary: MallocSummary, leaks: LeakResult, top: number, width: number): string[] {
  if (!summary.walked)
    return [
      `The allocator is ${summary.allocator} (${summary.evidence}); its heap was not walked.`,
      ...summary.problems.map(({ message }) => message),
    ];
  const blocks = [
    [
      `${summary.allocator}: ${formatBytes(summary.usedBytes)} used, ${formatBytes(summary.freeBytes)} free ` +
        `(${formatBytes(summary.topBytes)} of it at the top), ${formatBytes(summary.mmappedBytes)} in ` +
        `${formatCount(summary.mmappedBlocks)} mmapped blocks; fragmentation ${formatShare(summary.fragmentation, 1)}`,
      `Of the used bytes ${formatBytes(summary.threadCacheBytes)} are in threads' caches and ` +
        `${formatBytes(summary.overheadBytes)} are malloc's own headers.`,
      ...(summary.foreignBytes === 0
        ? []
        : [
            `Others took ${formatBytes(summary.foreignBytes)} amid the main heap with sbrk, which malloc counts as used.`,
          ]),
    ],
    [
      "Arenas",
      ...formatTable(
        [
          { title: "Arena", align: "right" },
          { title: "From the system", align: "right" },
          { title: "Used", align: "right" },
          { title: "Free", align: "right" },
          { title: "Top", align: "right" },
          { title: "Blocks", align: "right" },
          { title: "Largest free", align: "right" },
        ],
        summary.arenas.map((arena) => [
          arena.main ? "main" : String(arena.index),
          formatBytes(arena.systemBytes),
          formatBytes(arena.usedBytes),
          formatBytes(arena.freeBytes),
          formatBytes(arena.topBytes),
          formatCount(arena.usedBlocks),
          formatBytes(arena.largestFreeBytes),
        ]),
        width,
      ),
    ],
    ...[
      ["Used by block size", summary.usedClasses] as const,
      ["Free by block size", summary.freeClasses] as const,
    ].map(([title, classes]) => [
      title,
      ...formatTable(
        [
          { title: "Bytes", align: "right" },
          { title: "Blocks", align: "right" },
          { title: "Block size", align: "right" },
        ],
        classes
          .slice(0, top)
          .map((each) => [formatBytes(each.bytes), formatCount(each.blocks), formatBytes(each.size)]),
        width,
      ),
    ]),
    ...kindTables(leaks, top, width),
    leaks.leakedBlocks === 0
      ? [`No ${summary.collected ? "garbage" : "leaked block"}: something refers to each block.`]
      : [
          `${summary.collected ? "Garbage that was to be collected" : "Leaked"}: ${formatBytes(leaks.leakedBytes)} in ${formatCount(leaks.leakedBlocks)} blocks that nothing refers to`,
          ...formatTable(
            [
              { title: "Bytes", align: "right" },
              { title: "Blocks", align: "right" },
              { title: "Block size", align: "right" },
              { title: "Example", align: "left" },
              { title: "Type", align: "left" },
            ],
            leaks.leaks
              .slice(0, top)
              .map((each) => [
                formatBytes(each.bytes),
                formatCount(each.count),
                formatBytes(each.size),
                each.samples[0] ?? "",
                each.type ?? each.pattern ?? "",
              ]),
            width,
          ),
        ],
  ];
  for (const { message } of summary.problems) blocks.push([message]);
  return apart(blocks);
}

function kindTables(
  { kinds, rest, namedBytes, blockBytes }: LeakResult,
  top: number,
  width: number,
): string[][] {
  const known = `${formatBytes(namedBytes)} of ${formatBytes(blockBytes)} (${formatShare(namedBytes / Math.max(1, blockBytes), 1)})`;
  const titled: [string, readonly BlockKindRow[]][] = [
    [`Used by what it is, as far as that can be told: ${known}`, kinds],
    ["Of no known type", rest],
  ];
  return titled
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => [
      title,
      ...formatTable(
        [
          { title: "Bytes", align: "right" },
          { title: "Blocks", align: "right" },
          { title: "Largest", align: "left" },
          { title: "What", align: "left" },
        ],
        rows
          .slice(0, top)
          .map((each) => [formatBytes(each.bytes), formatCount(each.count), each.largest, each.name]),
        width,
      ),
    ]);
}
