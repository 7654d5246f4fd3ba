import { MemoryWords } from "../memoryWords";
import type { ProcessModule } from "../modules/processModule";
import type { ProcessSnapshot } from "../processSnapshot";
import { type CodeRange, readCodeCache } from "./codeCache";
import { type DirectMemory, directMemoryOf } from "./directMemory";
import { type JavaHeap, readJavaHeap } from "./javaHeap";
import { type JavaThread, readJavaThreads } from "./javaThreads";
import { featureRelease, jdkVersionOf } from "./jdkVersion";
import { jvmModuleOf } from "./jvmModules";
import { type JvmMetaspace, readMetaspace } from "./metaspace";
import { writableSegmentsOf } from "./moduleData";
import { type NativeMemory, readNativeMemory } from "./nativeMemory";
import { VmFlags } from "./vmFlags";
import { structureWindows, VmStructs } from "./vmStructs";

/** The JVM inside a core. */
export interface JavaVirtualMachine {
  readonly module: ProcessModule;
  readonly version: string;
  readonly structs: VmStructs;
  readonly flags: VmFlags;
  readonly heap?: JavaHeap;
  readonly threads: readonly JavaThread[];
  readonly codeCache: readonly CodeRange[];
  readonly metaspace: JvmMetaspace;
  /** Counters and ranges of native memory tracking, when the JVM ran with it. */
  readonly nativeMemory?: NativeMemory;
  /** Memory of direct buffers by the JVM's own count; absent when it never had one. */
  readonly directMemory?: DirectMemory;
  /** `BarrierSet`'s card table, where the collector has one. */
  readonly cardTable?: { readonly start: number; readonly end: number };
}

/** A JVM whose tables are not in the core. */
export interface JvmWithoutTables {
  /** Its libjvm.so. */
  readonly file: string;
  readonly buildId?: string;
  /**
   * `file`: that file has them. Otherwise what the JVM writes when it starts is not there, and the file does not help: the core
   * ends before it, was written without the memory of the process, or while the library was being loaded.
   */
  readonly lost: "file" | "cut" | "memory" | "loading";
}

/** Why the JVM of a core cannot be read, as the end of a sentence. */
export function missingTables({ file, buildId, lost }: JvmWithoutTables): string {
  if (lost === "cut") return "the core ends before the tables of its JVM";
  if (lost === "memory")
    return "the core was written without the memory of the process (bit 0 of coredump_filter): neither the tables of its JVM nor the Java heap are in it";
  if (lost === "loading") return "its JVM was still being loaded, and has told nothing of itself yet";
  const build = buildId === undefined ? "" : ` with build id ${buildId}`;
  return `the core does not hold the tables of its JVM (it was written without pages of files); they are in ${file}${build}: put that file where it was, beside the core, or into the folder given as sysroot or for debug information, or give the java of the same runtime as the program`;
}

/** What is missing of a JVM whose tables could not be read. */
export function jvmWithoutTables(image: ProcessSnapshot, module: ProcessModule): JvmWithoutTables {
  const buildId = module.buildId === undefined ? {} : { buildId: module.buildId };
  const isWhole = writableSegmentsOf(image, module).every(({ dumpedBytes }) => dumpedBytes > 0);
  const isThere = isWhole && VmStructs.hasNames(module, new MemoryWords(image.memory));
  const lost = isThere ? "loading" : isWhole ? "file" : image.truncation === undefined ? "memory" : "cut";
  return { file: module.path, ...buildId, lost };
}

/** Reads the JVM of a core. @returns undefined when the process is not a JVM */
export function readJavaVirtualMachine(
  image: ProcessSnapshot,
): JavaVirtualMachine | JvmWithoutTables | undefined {
  const module = jvmModuleOf(image);
  if (module === undefined || image.memory.pointerBytes !== 8) return undefined;
  const words = new MemoryWords(image.memory, 4096, image.memory.structureLog, structureWindows);
  const structs = VmStructs.read(module, words);
  if (structs === undefined) return jvmWithoutTables(image, module);
  const flags = new VmFlags(structs);
  const heap = readJavaHeap(structs, flags);
  const barriers = structs.staticWord(["BarrierSet", "_barrier_set"]);
  const table = structs.word(
    barriers,
    ["CardTableBarrierSet", "_card_table"],
    ["CardTableModRefBS", "_card_table"],
  );
  const cardTable = structs.word(table, ["CardTable", "_byte_map"], ["CardTableModRefBS", "_byte_map"]);
  const cardBytes = structs.word(
    table,
    ["CardTable", "_byte_map_size"],
    ["CardTableModRefBS", "_byte_map_size"],
  );
  const version = jdkVersionOf(structs) ?? "unknown";
  const nativeMemory = readNativeMemory(image, module, heap, featureRelease(version));
  const directMemory = directMemoryOf(structs, flags);
  return {
    module,
    version,
    structs,
    flags,
    threads: readJavaThreads(structs),
    codeCache: readCodeCache(structs),
    metaspace: readMetaspace(structs, flags),
    ...(heap === undefined ? {} : { heap }),
    ...(nativeMemory === undefined ? {} : { nativeMemory }),
    ...(directMemory === undefined ? {} : { directMemory }),
    ...(cardTable ? { cardTable: { start: cardTable, end: cardTable + (cardBytes ?? 0) } } : {}),
  };
}
