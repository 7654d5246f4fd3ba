import { ProblemList } from "../../base/problems";
import type { RedactionLevel } from "../../base/secrets/redactionLevel";
import type { Work } from "../../base/work";
import { readHeapContents } from "../hotspot/heapContents";
import type { JavaVirtualMachine } from "../hotspot/javaVirtualMachine";
import type { HasSymbol } from "../malloc/allocators";
import type { ProcessSnapshot } from "../processSnapshot";
import { classifyRegions } from "../regions/classify";
import type { Region } from "../regions/region";
import { noteLocks } from "./keptLocks";
import { KeptMemory } from "./keptMemory";
import { MappedAddresses } from "./mappedAddresses";
import type { WordRules } from "./maskWords";

export interface AddressSpan {
  readonly start: number;
  readonly end: number;
}

/** What a copy keeps of a process's memory. */
export interface MemoryPlan {
  readonly image: ProcessSnapshot;
  readonly level: RedactionLevel;
  readonly regions: readonly Region[];
  readonly rules: WordRules;
  /** Where constants of programs and libraries are, ascending: no text stays there. */
  readonly constants: readonly AddressSpan[];
  /** Absent when the process is not a JVM whose heap can be walked. */
  readonly jvm?: JavaVirtualMachine;
}

/**
 * Finds out what is structure: by reading everything that is read of a core otherwise, and noting where it lies.
 * @param noteStructures notes what only the dump's format knows of, and tells where constants are
 * @throws ExhumeError `cancelled`
 */
export function planRedaction(
  image: ProcessSnapshot,
  level: RedactionLevel,
  hasSymbol: HasSymbol,
  noteStructures: () => readonly AddressSpan[],
  work: Work,
): MemoryPlan {
  const { memory } = image;
  const kept = new KeptMemory();
  memory.structureLog = kept;
  try {
    const { regions, jvm } = classifyRegions(image, new ProblemList(), work, { hasSymbol });
    const contents = jvm === undefined ? undefined : readHeapContents(memory, jvm, work);
    const constants = noteStructures();
    noteLocks(image, kept);
    const rules: WordRules = {
      addresses: new MappedAddresses(memory.segments),
      kept,
      pointerBytes: memory.pointerBytes,
      littleEndian: memory.littleEndian,
      ...(image.architecture.codeAddressBits === undefined
        ? {}
        : { codeAddressBits: image.architecture.codeAddressBits }),
    };
    return { image, level, regions, rules, constants, ...(contents === undefined ? {} : { jvm: jvm! }) };
  } finally {
    memory.structureLog = undefined;
  }
}

/** How the contents of a region are copied. */
export type CopyRule =
  /** As they are, but for texts with secrets in them. */
  | "program"
  /** Without text. */
  | "numbers"
  /** Addresses and structure only. */
  | "pointers"
  /** Written by who knows what is in it. */
  | "objects";

/** Where programs keep what they allocate. */
const heapKinds: ReadonlySet<Region["kind"]> = new Set([
  "malloc-heap",
  "malloc-arena",
  "malloc-mmapped",
  "go-heap",
  "go-stack",
  "go-runtime",
  "anonymous",
  "mapped-file",
  "shared-memory",
]);

export function copyRuleOf(region: Region, { level, jvm }: MemoryPlan): CopyRule {
  const { kind, permissions } = region;
  const isWritable = permissions.includes("w");
  if (kind === "java-heap" && jvm !== undefined) return "objects";
  if (kind === "kernel" || kind === "code-cache") return "program";
  if (!isWritable && (kind === "library-text" || kind === "library-data" || kind === "library"))
    return "program";
  if (!isWritable && permissions.includes("x")) return "program";
  if (level === "strings") return "numbers";
  if (level === "arrays") return heapKinds.has(kind) || kind === "java-heap" ? "pointers" : "numbers";
  return "pointers";
}
