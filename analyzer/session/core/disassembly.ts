import { formatHex } from "../../base/units";
import type { CoreInstruction } from "../../protocol/core/memory";
import { type Code, codeAround } from "./codeAround";
import type { CoreContext } from "./coreContext";
import { type Disassembler, type Instruction, longestInstruction } from "./disassembler";

/** Functions larger than this are not decoded from their start to find the instructions before an address. */
const longestFunction = 1 << 20;

interface Row {
  readonly address: bigint;
  readonly bytes: Uint8Array | undefined;
  readonly text: string;
}

/** Exactly `count` instructions from `offset` of them after (or before) an address. */
export async function disassemble(
  context: CoreContext,
  address: bigint,
  offset: number,
  count: number,
): Promise<CoreInstruction[]> {
  const code = await codeAround(context, address);
  const before = offset < 0 ? rowsBefore(context, code, address, -offset) : [];
  const skipped = Math.max(0, offset);
  const rows = [...before, ...rowsFrom(context, code, address, skipped + count)];
  const wanted = rows.slice(skipped, skipped + count);
  let lastSymbol: string | undefined;
  let lastPlace = "";
  return wanted.map(({ address: at, bytes, text }) => {
    const { name, file, line } = placeOf(context, at);
    const place = `${file}:${line}`;
    const row: CoreInstruction = {
      address: formatHex(at),
      text,
      ...(bytes && { bytes: Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ") }),
      ...(name !== undefined && name !== lastSymbol && { symbol: name }),
      ...(file !== undefined && line !== undefined && place !== lastPlace && { file, line }),
    };
    lastSymbol = name;
    lastPlace = place;
    return row;
  });
}

function placeOf(context: CoreContext, address: bigint): { name?: string; file?: string; line?: number } {
  const module = context.core.moduleAt(address);
  if (module === undefined) return {};
  const [innermost] = context.symbolize(module, BigInt(module.relative(address)));
  const { function: name, file, line } = innermost ?? {};
  return {
    ...(name !== undefined && { name }),
    ...(file !== undefined && { file }),
    ...(line !== undefined && { line }),
  };
}

function rowsFrom(context: CoreContext, code: Code, start: bigint, count: number): Row[] {
  const rows: Row[] = [];
  let at = start;
  while (rows.length < count) {
    const wanted = count - rows.length;
    const disassembler = code(at);
    const bytes = context.image.memory.bytes(at, wanted * longestInstruction);
    if (bytes.length === 0) {
      rows.push({ address: at, bytes: undefined, text: "<absent>" });
      at += BigInt(disassembler.unit);
      continue;
    }
    const decoded = disassembler.decode(bytes, at, wanted);
    const end = decoded.findIndex((each) => code(each.address) !== disassembler);
    const found = end < 0 ? decoded : decoded.slice(0, end);
    for (const instruction of found) rows.push(rowOf(instruction, bytes, at));
    const done = found.reduce((sum, { size }) => sum + size, 0);
    if (done === 0) {
      const unit = bytes.subarray(0, disassembler.unit);
      rows.push({ address: at, bytes: unit, text: "(bad)" });
      at += BigInt(disassembler.unit);
    } else at += BigInt(done);
  }
  return rows;
}

function rowOf({ address, size, text }: Instruction, bytes: Uint8Array, start: bigint): Row {
  const from = Number(address - start);
  return { address, bytes: bytes.subarray(from, from + size), text };
}

/**
 * The instructions that end where the address begins. Machine code cannot be read backwards: it is decoded from the
 * start of the function before, or where none is known from places that happen to lead to the address.
 */
function rowsBefore(context: CoreContext, code: Code, address: bigint, count: number): Row[] {
  let rows: Row[] = [];
  let end = address;
  while (rows.length < count && end > 0n) {
    const found = rowsEndingAt(context, code(end - 1n), end, count - rows.length);
    rows = [...found, ...rows];
    end = found[0]!.address;
  }
  const padding = Array.from({ length: Math.max(0, count - rows.length) }, () => ({
    address: 0n,
    bytes: undefined,
    text: "<absent>",
  }));
  return [...padding, ...rows].slice(-count);
}

/** At least one row, ending exactly at `end`. */
function rowsEndingAt(context: CoreContext, disassembler: Disassembler, end: bigint, count: number): Row[] {
  const unit = BigInt(disassembler.unit);
  const start = functionStart(context, end - 1n);
  const starts = start === undefined ? [] : [start];
  if (unit === 1n) {
    for (let back = Math.min(count, 64) * longestInstruction; back > 0; back--)
      starts.push(end - BigInt(back));
  } else starts.push(end - BigInt(count) * unit);
  for (const candidate of starts) {
    // A damaged symbol table may name a function that begins later.
    if (candidate < 0n || candidate >= end || end - candidate > longestFunction) continue;
    const bytes = context.image.memory.bytes(candidate, Number(end - candidate));
    if (bytes.length !== Number(end - candidate)) continue;
    const found = disassembler.decode(bytes, candidate, bytes.length);
    const last = found.at(-1);
    if (last === undefined || last.address + BigInt(last.size) !== end) continue;
    return found.map((instruction) => rowOf(instruction, bytes, candidate));
  }
  const bytes = context.image.memory.bytes(end - unit, Number(unit));
  return [
    {
      address: end - unit,
      bytes: bytes.length === 0 ? undefined : bytes,
      text: bytes.length === 0 ? "<absent>" : "(bad)",
    },
  ];
}

function functionStart({ core }: CoreContext, address: bigint): bigint | undefined {
  const module = core.moduleAt(address);
  const symbol = module?.symbols.functionAt(module.relative(address));
  return symbol === undefined ? undefined : BigInt(symbol.address) + module!.biasAt(address);
}
