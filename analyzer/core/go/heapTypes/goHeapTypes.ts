import { ProblemList } from "../../../base/problems";
import type { Work } from "../../../base/work";
import type { ChunkTable } from "../../malloc/chunkTable";
import type { MemoryRange } from "../../memoryImage";
import { forEachPiece } from "../../memoryWords";
import type { ThreadSnapshot } from "../../processSnapshot";
import type { CoreView } from "../../values/coreView";
import { typesByPlace } from "../../values/runtimeTypes";
import type { GoRuntime } from "../goRuntime";
import { readGoroutines } from "../goroutines";
import type { ObjectSpans } from "../objectSpans";
import { Closures } from "./closures";
import { DebugTypes } from "./debugTypes";
import type { GoType } from "./goType";
import { type ObjectTypes, typeEvidence } from "./objectTypes";
import { ObjectWalk } from "./objectWalk";
import { RuntimeTypeTable } from "./runtimeTypeTable";
import { FrameVariables, packageVariables, type TypedRoot } from "./variableRoots";

export interface HeapTypeInputs {
  readonly runtime: GoRuntime;
  readonly blocks: ChunkTable;
  readonly spans: ObjectSpans;
  readonly view: CoreView;
  /** Goroutines, whose frames have variables. */
  readonly threads: readonly ThreadSnapshot[];
  readonly work: Work;
}

const mostTables = 1_000_000;

/**
 * Tells the types of the objects in a Go heap: by what the allocator noted, then along pointers from the variables of
 * packages and frames, at last by words that look like interfaces.
 * @throws ExhumeError `cancelled`
 */
export function typeGoHeap(inputs: HeapTypeInputs): ObjectTypes {
  const { runtime, blocks, spans, view, threads, work } = inputs;
  const { memory, program, module } = runtime;
  const { minor } = runtime.fields.layout;
  const described = new RuntimeTypeTable(memory, program.types, minor);
  const debug = [...view.debugModules()].find((each) => each.module === module)?.debug;
  const entries = debug === undefined ? new Map() : typesByPlace(debug);
  const addressOf = (place: bigint) => {
    const isOffset = place < program.types.end - program.types.start;
    return place === 0n ? 0n : isOffset ? program.types.start + place : place + module.bias;
  };
  const types = new DebugTypes((place) => described.mapPartsAt(addressOf(place)));
  const known = new Map<bigint, GoType | undefined>();
  const typeAt = (address: bigint): GoType | undefined => {
    if (!described.isDescription(address)) return undefined;
    if (known.has(address)) return known.get(address);
    const entry = entries.get(Number(address - program.types.start)) ?? entries.get(module.relative(address));
    // Debug information names packages in full, but nothing tells that it is of these very types.
    const own = described.at(address);
    const named = own === undefined ? undefined : types.of(entry);
    const type = named !== undefined && named.bytes === own!.bytes ? named : own;
    known.set(address, type);
    return type;
  };
  const tables = new Map<bigint, bigint | undefined>();
  const typeOfTable = (table: bigint): bigint | undefined => {
    if (!tables.has(table) && tables.size < mostTables) {
      const [of, type] = [memory.u64(table), memory.u64(table + 8n)];
      const isTable = of !== undefined && type !== undefined && described.isDescription(of);
      tables.set(table, isTable && described.isDescription(type) ? type : undefined);
    }
    return tables.get(table);
  };
  const closures = new Closures(runtime, types, (address) => view.functionAt(address));
  const walk = new ObjectWalk({
    ...{ memory, blocks, spans, minor, work, data: program.data },
    ...{ typeAt, typeOfTable, isDirect: (type) => described.isDirect(type) },
    closureOf: (code) => closures.of(code),
  });
  work.report("Reading the types that Go's allocator noted", 0);
  walk.visitHeaders();
  const visit = ({ type, place }: TypedRoot, worth: 3 | 4) =>
    "address" in place
      ? walk.visitValue(type, place.address, worth)
      : walk.visitBytes(type, place.bytes, worth);
  work.report("Following Go's variables", 0.3);
  if (debug !== undefined)
    for (const root of packageVariables(debug, module.bias, types, view)) visit(root, typeEvidence.variable);
  work.report("Following what goroutines have", 0.6);
  if (debug !== undefined) {
    const frames = new FrameVariables(types, view);
    for (const thread of threads) for (const root of frames.of(thread)) visit(root, typeEvidence.frame);
  }
  work.report("Looking for interfaces", 0.8);
  lookForInterfaces(inputs, walk);
  return walk.found;
}

/** Words that stand beside each other as those of an interface do, where no type says what is there. */
function lookForInterfaces({ runtime, blocks, work }: HeapTypeInputs, walk: ObjectWalk): void {
  const { memory, program } = runtime;
  const piece = new Uint8Array(1 << 16);
  const lookIn = (start: number, end: number) => {
    work.throwIfCancelled();
    forEachPiece(memory, start, end, (words, _address, bytes) => visitPairs(words, bytes, walk), piece);
  };
  for (const { start, end } of [...program.data, ...stacksOf(runtime)]) lookIn(Number(start), Number(end));
  for (let block = 0; block < blocks.count; block++)
    if (!walk.found.isWhole(block)) lookIn(blocks.startOf(block), blocks.endOf(block));
}

function visitPairs(words: DataView, bytes: number, walk: ObjectWalk): void {
  let before = 0;
  for (let at = 0; at < bytes; at += 8) {
    const word = words.getUint32(at + 4, true) * 0x1_0000_0000 + words.getUint32(at, true);
    if (before >= lowestPointer && word >= lowestPointer && before < 2 ** 48)
      walk.visitInterfaceWords(before, word);
    before = word;
  }
}

const lowestPointer = 4096;
/** From where each goroutine is to the end of its stack. */
function stacksOf(runtime: GoRuntime): MemoryRange[] {
  return readGoroutines(runtime, new ProblemList())
    .all.filter(({ sp, stackStart, stackEnd }) => sp >= stackStart && sp < stackEnd && stackEnd < 1n << 53n)
    .map(({ sp, stackEnd }) => ({ start: sp, end: stackEnd }));
}
