import { formatBytes, formatCount, formatQuantity } from "../../base/figures";
import type { RuntimeFact } from "../managed/runtime";
import type { LoadedModule } from "../modules/loadedModule";
import { demangle } from "../symbols/demangle/demangle";
import { readJavaHeap } from "./javaHeap";
import type { JavaObjects } from "./javaObjects";
import { jdkVersionOf, notVerifiedOf, vmDescriptionOf } from "./jdkVersion";
import { readMetaspaceByLoader } from "./loaderMetaspace";
import { readPerfData } from "./perfData";
import type { VmFlags } from "./vmFlags";
import type { VmStructs } from "./vmStructs";

export interface VmActivityInputs {
  readonly structs: VmStructs;
  readonly flags: VmFlags;
  readonly libjvm: LoadedModule | undefined;
  readonly objects?: JavaObjects | undefined;
  readonly javaThreads: number;
}

const mostArguments = 1000;
/** Kinds of loaders that are told. */
const mostLoaders = 5;

/** `SafepointSynchronize::State` */
const safepointStates: Readonly<Record<number, string>> = {
  1: "threads were being stopped for a safepoint",
  2: "at a safepoint: no thread ran Java code",
};

/** `JDK 17.0.15+6-Debian-1deb12u1, G1` */
export function vmTitle({ structs, flags }: Pick<VmActivityInputs, "structs" | "flags">): string {
  const version = jdkVersionOf(structs) ?? "of an unknown version";
  const collector = readJavaHeap(structs, flags)?.collector;
  return `JDK ${version}${collector === undefined ? "" : `, ${collector}`}`;
}

/** Whether threads stood still for a collection: objects were being moved. */
export function isInCollection(structs: VmStructs): boolean {
  const heap = structs.staticWord(["Universe", "_collectedHeap"]);
  const active = structs.offset(["CollectedHeap", "_is_stw_gc_active"], ["CollectedHeap", "_is_gc_active"]);
  return heap !== undefined && active !== undefined && structs.words.u8(heap + active) === 1;
}

/** What a JVM was doing, by its own words: what people ask first of a core of one. */
export function vmActivity(inputs: VmActivityInputs): RuntimeFact[] {
  const { structs, flags, javaThreads } = inputs;
  const perf = readPerfData(structs);
  const text = (name: string) => {
    const value = perf.get(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const command = textAt(structs, structs.staticWord(["Arguments", "_java_command"]));
  return [
    ["Version", vmDescriptionOf(structs) ?? text("java.rt.internalVersion")],
    ["Not verified", notVerifiedOf(structs)],
    ["Main class and arguments", command ?? text("sun.rt.javaCommand")],
    ["JVM arguments", argumentsOf(structs) ?? text("java.rt.vmArgs")],
    ["Up for", uptimeOf(perf)],
    ["Java threads", formatCount(javaThreads)],
    ["Heap", heapOf(structs, flags)],
    ["Metaspace", metaspaceOf(inputs)],
    ["Collections", collectionsOf(structs, perf)],
    ["Safepoint", safepointStates[symbolInt(inputs, "_ZN20SafepointSynchronize6_stateE") ?? 0]],
    ["VM operation", operationOf(inputs)],
    ["Fatal error", fatalErrorOf(inputs)],
  ].flatMap(([name, value]) => (value === undefined ? [] : [{ name: name!, value }]));
}

function textAt(structs: VmStructs, address: number | undefined): string | undefined {
  const text = address ? structs.words.text(address) : undefined;
  return text === "" ? undefined : text;
}

/** Arguments on the command line and in JDK_JAVA_OPTIONS, and those in a file of flags. */
function argumentsOf(structs: VmStructs): string | undefined {
  const found: string[] = [];
  for (const [list, count] of [
    ["_jvm_flags_array", "_num_jvm_flags"],
    ["_jvm_args_array", "_num_jvm_args"],
  ] as const) {
    const at = structs.staticWord(["Arguments", list]);
    const number = structs.staticAddress(["Arguments", count]);
    const length = number === undefined ? 0 : (structs.words.i32(number) ?? 0);
    for (let index = 0; at && index < Math.min(length, mostArguments); index++) {
      const text = textAt(structs, structs.wordAt(at + 8 * index));
      if (text !== undefined) found.push(text);
    }
  }
  return found.length === 0 ? undefined : found.join(" ");
}

/** By the latest moment the JVM noted down, counted in its own ticks. */
function uptimeOf(perf: ReadonlyMap<string, number | string>): string | undefined {
  const number = (name: string) => {
    const value = perf.get(name);
    return typeof value === "number" ? value : 0;
  };
  const frequency = number("sun.os.hrt.frequency");
  if (frequency <= 0) return undefined;
  const noted = [...perf.keys()].filter((name) => /^sun\.gc\.collector\.\d+\.lastExitTime$/.test(name));
  const stopped = number("sun.rt.applicationTime") + number("sun.rt.safepointTime");
  const ticks = noted
    .map(number)
    .reduce((a, b) => Math.max(a, b), Math.max(number("sun.os.hrt.ticks"), stopped));
  if (ticks === 0) return undefined;
  const isSampled = number("sun.os.hrt.ticks") > 0;
  return `${isSampled ? "" : "at least "}${durationOf(ticks / frequency)}`;
}

/** `3 d 4 h`, `5 min 11 s`, `2.5 s`: the two largest units. */
function durationOf(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const units = [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const;
  const first = units.findIndex(([, size]) => seconds >= size);
  let rest = seconds;
  const parts = units.slice(first, first + 2).map(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return `${count} ${name}`;
  });
  return parts.join(" ");
}

function heapOf(structs: VmStructs, flags: VmFlags): string | undefined {
  const heap = readJavaHeap(structs, flags);
  if (heap === undefined || heap.spaces.length === 0) return undefined;
  const byName = new Map<string, { used: number; bytes: number }>();
  for (const { name, start, top, end } of heap.spaces) {
    const row = byName.get(name) ?? { used: 0, bytes: 0 };
    byName.set(name, { used: row.used + top - start, bytes: row.bytes + end - start });
  }
  const spaces = [...byName]
    .slice(0, 8)
    .map(([name, { used, bytes }]) =>
      name === "free"
        ? `${formatBytes(bytes)} free`
        : `${name} ${formatBytes(used)} of ${formatBytes(bytes)}`,
    );
  const all = `${formatBytes(heap.usedBytes)} used, ${formatBytes(heap.committedBytes)} committed, ${formatBytes(heap.reservedBytes)} at most`;
  return `${all}: ${spaces.join(", ")}`;
}

function metaspaceOf({ structs, objects }: VmActivityInputs): string | undefined {
  const found = objects && readMetaspaceByLoader(structs, objects);
  if (found === undefined) return undefined;
  const { usedBytes, committedBytes, unread } = found;
  const rows = found.rows.filter(({ chunks }) => chunks > 0);
  const atLeast = unread > 0 ? "at least " : "";
  const shown = rows.slice(0, mostLoaders).map(({ className, loaders, usedBytes: own, classes }) => {
    const count = loaders > 1 ? `${formatCount(loaders)} loaders of ` : "";
    const who = className === undefined ? "the boot loader" : `${count}${className}`;
    return `${formatBytes(own)} by ${who} (${formatQuantity(classes, "class", "classes")})`;
  });
  const left = rows.length - shown.length;
  const more = left > 0 ? [`${formatQuantity(left, "more kind")} of loaders`] : [];
  return `${atLeast}${formatBytes(usedBytes)} used, ${formatBytes(committedBytes)} committed: ${[...shown, ...more].join(", ")}`;
}

function collectionsOf(structs: VmStructs, perf: ReadonlyMap<string, number | string>): string | undefined {
  const heap = structs.staticWord(["Universe", "_collectedHeap"]);
  const total = structs.int(heap, ["CollectedHeap", "_total_collections"]);
  if (total === undefined) return undefined;
  const isActive = isInCollection(structs);
  const cause = perf.get(isActive ? "sun.gc.cause" : "sun.gc.lastCause");
  const why = typeof cause === "string" && cause !== "No GC" ? cause : undefined;
  if (isActive)
    return `in number ${formatCount(total)}${why === undefined ? "" : `, for: ${why}`}; threads stood still`;
  return `${formatCount(total)}${why === undefined ? "" : `, the last one for: ${why}`}; none of those that stop all threads was going on`;
}

/** `VM_GenCollectForAllocation` */
function operationOf({ structs, libjvm, ...rest }: VmActivityInputs): string | undefined {
  const at = symbolAddress({ structs, libjvm, ...rest }, "_ZN8VMThread17_cur_vm_operationE");
  const operation = structs.wordAt(at);
  const table = operation ? structs.wordAt(operation) : undefined;
  if (!table || libjvm === undefined) return undefined;
  // Behind two words of a virtual table its functions begin.
  const symbol = libjvm.symbols.objectAt(libjvm.relative(BigInt(table)));
  const name = symbol && (demangle(symbol.name) ?? symbol.name);
  return name?.replace(/^vtable for /, "") ?? "one whose kind is not known without symbols of libjvm.so";
}

/** Of an error that the JVM reported itself: an assertion, memory that ran out, a signal in its code. */
function fatalErrorOf(inputs: VmActivityInputs): string | undefined {
  const { structs } = inputs;
  const id = symbolInt(inputs, "_ZN7VMError3_idE");
  if (id === undefined || id === 0) return undefined;
  const message = textAt(structs, structs.wordAt(symbolAddress(inputs, "_ZN7VMError8_messageE")));
  const detail = textAt(structs, symbolAddress(inputs, "_ZN7VMError11_detail_msgE"));
  const file = textAt(structs, structs.wordAt(symbolAddress(inputs, "_ZN7VMError9_filenameE")));
  const line = symbolInt(inputs, "_ZN7VMError7_linenoE");
  const isSignal = id > 0 && id < 256;
  const where = file === undefined ? "" : ` (${file}:${line ?? "?"})`;
  const words = [isSignal ? `signal ${id}` : undefined, message, detail].filter((each) => each !== undefined);
  return words.length === 0 ? undefined : `${words.join(": ")}${where}`;
}

function symbolAddress({ libjvm }: VmActivityInputs, name: string): number | undefined {
  const symbol = libjvm?.symbols.named(name);
  return symbol === undefined || libjvm === undefined
    ? undefined
    : Number(BigInt.asUintN(64, BigInt(symbol.address) + libjvm.bias));
}

function symbolInt(inputs: VmActivityInputs, name: string): number | undefined {
  const at = symbolAddress(inputs, name);
  return at === undefined ? undefined : inputs.structs.words.i32(at);
}
