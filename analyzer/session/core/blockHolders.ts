import { formatHex } from "../../base/units";
import type { BlockMarks, Holder } from "../../core/malloc/blockMarks";
import type { BlockNames } from "../../core/malloc/blockNames";
import type { Referrer } from "../../core/malloc/blockReferrers";
import { moduleNameOf } from "../../core/modules/processModule";
import type { ClassifiedMemory } from "../../core/regions/classify";
import { demangle } from "../../core/symbols/demangle/demangle";
import type { BlockHolder, BlockHolders, BlockRow } from "../../protocol/core/malloc";
import { blockName } from "./blockNames";
import type { CoreContext } from "./coreContext";
import { regionHolding } from "./regionAt";
import { innermostFrameName, stackPlaceOf } from "./stackPlaces";

export interface HolderInputs {
  readonly context: CoreContext;
  readonly map: ClassifiedMemory;
  readonly marks: BlockMarks;
  readonly names: BlockNames;
}

const mostSteps = 1000;
const mostTargets = 100;
const mostReferrers = 100;
/** Of a block so much is looked through for pointers: blocks of gigabytes are buffers. */
const mostBytes = 1 << 20;

/**
 * The way from the block at an address to what keeps it, and the blocks that it points at.
 * @param allReferrers finds every word that points into the block
 */
export function blockHolders(
  inputs: HolderInputs,
  address: bigint,
  allReferrers: ((start: number, end: number) => readonly Referrer[]) | undefined,
): BlockHolders {
  const { blocks } = inputs.map.malloc;
  const index = address < 1n << 53n ? blocks.indexAt(Number(address)) : -1;
  if (index < 0) return { holders: [], targets: [] };
  const holders = inputs.marks.holdersOf(index).slice(0, mostSteps);
  const referrers = allReferrers?.(blocks.startOf(index), blocks.endOf(index)).slice(0, mostReferrers);
  return {
    block: blockRow(inputs, index),
    holders: holders.map((holder) =>
      holder.in === "register"
        ? { place: registerPlace(inputs.context, holder) }
        : placeOfWord(inputs, holder.at),
    ),
    targets: targetsOf(inputs, index),
    ...(referrers === undefined ? {} : { referrers: referrers.map(({ at }) => placeOfWord(inputs, at)) }),
  };
}

export function blockRow({ map, names }: Pick<HolderInputs, "map" | "names">, block: number): BlockRow {
  const { blocks } = map.malloc;
  const start = blocks.startOf(block);
  const type = blockName(names, block);
  return {
    address: formatHex(start),
    size: blocks.sizeOf(block),
    ...(type === undefined ? {} : { type }),
  };
}

/** Whose a word of memory is: a block's, a variable's, a frame's. */
export function placeOfWord(inputs: HolderInputs, address: number): BlockHolder {
  const { context, map } = inputs;
  const at = formatHex(address);
  const block = map.malloc.blocks.indexAt(address);
  if (block >= 0) return { at, place: "", block: blockRow(inputs, block) };
  const place = variableAt(context, address) ?? stackPlaceOf(context, BigInt(address));
  return { at, place: place ?? regionLabel(map, address) };
}

function regionLabel(map: ClassifiedMemory, at: number): string {
  return regionHolding(map.regions, BigInt(at))?.label ?? "";
}

function registerPlace(context: CoreContext, holder: Extract<Holder, { in: "register" }>): string {
  const { architecture, threads } = context.image;
  const thread = threads[holder.thread];
  if (thread === undefined) return "a register";
  const word = thread.registerWords[holder.word];
  const register = word === undefined ? -1 : thread.registers.indexOf(word);
  const name = architecture.registerNames[register] ?? "a register";
  const frame = innermostFrameName(context, thread);
  return `${name} of thread ${thread.lwp}${frame === undefined ? "" : `, in ${frame}`}`;
}

/** `inventory+0x10 in shop`, for a word in a module's data. */
function variableAt({ core }: CoreContext, at: number): string | undefined {
  // Zero-filled data is mapped behind what the file has.
  const address = BigInt(at);
  const module = core.moduleAt(address) ?? core.modules.find((each) => each.isData(address));
  if (module === undefined) return undefined;
  const relative = module.relative(address);
  const symbol = module.symbols.objectAt(relative);
  if (symbol === undefined) return undefined;
  const distance = relative - symbol.address;
  const name = demangle(symbol.name) ?? symbol.name;
  return `${name}${distance === 0 ? "" : `+${formatHex(distance)}`} in ${moduleNameOf(module)}`;
}

function targetsOf(inputs: HolderInputs, index: number): BlockHolders["targets"] {
  const { context, map } = inputs;
  const { memory } = context.image;
  const { blocks } = map.malloc;
  const start = blocks.startOf(index);
  const found: (BlockRow & { offset: number })[] = [];
  const end = Math.min(blocks.endOf(index), start + mostBytes);
  for (let at = start; at < end && found.length < mostTargets; at += memory.pointerBytes) {
    const word = memory.pointerBytes === 8 ? memory.u64At(at) : memory.u32At(at);
    const block = word === undefined ? -1 : blocks.indexAt(word);
    if (block >= 0 && block !== index) found.push({ ...blockRow(inputs, block), offset: at - start });
  }
  return found;
}
