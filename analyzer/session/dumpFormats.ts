import { recogniseCore } from "../formats/elf/recogniseCore";
import { isGraphText } from "../formats/graphText/graphText";
import { recogniseHprof } from "../formats/hprof/recogniseHprof";
import { isPhd } from "../formats/phd/phdHeader";
import { identifyText } from "../formats/texts/identifyText";
import { isPlainText } from "../formats/texts/plainText";
import { isHeapSnapshot } from "../formats/v8/recogniseSnapshot";
import type { Capability } from "../protocol/capabilities";
import type { OpenOptions } from "../protocol/dump/open";
import type { AnyRoom, DumpFormat } from "./dumpFormat";

const coreFormatId = "elf-core";

const heapDumpCapabilities: readonly Capability[] = [
  "objectGraph",
  "fieldValues",
  "threads",
  "classLoaders",
  "stringContents",
  "searchableContents",
  "collections",
  "referenceObjects",
  "systemProperties",
  "heapRecords",
  "allocationSites",
  "memoryEvidence",
];

/**
 * Every format of dump. The first that recognises a file has it. Views, verbs, editors and file searches follow from
 * what stands here; a new format is a folder under `formats`, an adapter, and one entry.
 */
export const dumpFormats: readonly DumpFormat[] = [
  {
    id: "hprof",
    kind: "heap",
    title: "a Java heap dump",
    fileNames: [
      "*.hprof",
      "*.hprof.gz",
      "*.hprof.zst",
      "*.hprof.lz4",
      "*.hprof.xz",
      "*.hprof.lzma",
      "*.hprof.bz2",
      "*.hprof.zip",
      "*.hprof.age",
      "*.hprof.gz.age",
      "*.hprof.zst.age",
    ],
    magics: ["JAVA"],
    recognise(head) {
      const version = recogniseHprof(head);
      return version === undefined ? undefined : `Java heap dump (${version})`;
    },
    capabilities: heapDumpCapabilities,
    savesIndex: true,
    loadRoom: async () => (await import("./heap/heapRoom")).heapRoom as AnyRoom,
    loadEarlyAnswers: async () => (await import("./heap/earlyHeap")).earlyHeapAnswers,
  },
  {
    id: coreFormatId,
    kind: "core",
    title: "a core dump",
    fileNames: ["core.[0-9]*", "*.core", "core"],
    magics: ["\x7fELF"],
    recognise(head) {
      const bits = recogniseCore(head);
      return bits === undefined ? undefined : `ELF core dump (${bits}-bit)`;
    },
    capabilities: [
      "nativeStacks",
      "modules",
      "processMemory",
      "searchableContents",
      "nativeHeap",
      "embeddedJavaHeap",
      "memoryEvidence",
    ],
    savesIndex: false,
    loadRoom: async () => (await import("./core/coreRoom")).coreRoom as AnyRoom,
  },
  {
    id: "v8-heap-snapshot",
    kind: "heap",
    title: "a V8 heap snapshot",
    fileNames: ["*.heapsnapshot"],
    magics: ['{"snapshot"'],
    recognise: (head) => (isHeapSnapshot(head) ? "V8 heap snapshot" : undefined),
    capabilities: ["objectGraph"],
    savesIndex: false,
    async loadRoom() {
      const { v8Adapter } = await import("../heap/v8/v8Adapter");
      return (await import("./graph/memoryGraphRoom")).memoryGraphRoom(
        "V8 heap snapshot",
        v8Adapter,
      ) as AnyRoom;
    },
  },
  {
    id: "phd",
    kind: "heap",
    title: "an IBM portable heap dump",
    fileNames: ["*.phd", "*.phd.gz"],
    magics: ["\x00\x12portable heap dump"],
    recognise: (head) => (isPhd(head) ? "IBM portable heap dump" : undefined),
    capabilities: ["objectGraph"],
    savesIndex: false,
    async loadRoom() {
      const { phdAdapter } = await import("../heap/phd/phdAdapter");
      return (await import("./graph/memoryGraphRoom")).memoryGraphRoom(
        "IBM portable heap dump",
        phdAdapter,
      ) as AnyRoom;
    },
  },
  {
    id: "graph-text",
    kind: "heap",
    title: "a graph text",
    fileNames: ["*.graph"],
    magics: ["exhume-graph 1"],
    recognise: (head) => (isGraphText(head) ? "Graph text" : undefined),
    capabilities: ["objectGraph"],
    savesIndex: false,
    async loadRoom() {
      const { graphTextAdapter } = await import("../heap/graphText/graphTextAdapter");
      return (await import("./graph/memoryGraphRoom")).memoryGraphRoom(
        "Graph text",
        graphTextAdapter,
      ) as AnyRoom;
    },
  },
  {
    id: "saved-text",
    kind: "text",
    title: "a saved text",
    fileNames: ["*.txt", "*.log"],
    magics: [],
    recognise: identifyText,
    capabilities: ["tables", "searchableContents", "memoryEvidence"],
    savesIndex: false,
    loadRoom: async () => (await import("./text/textRoom")).textRoom as AnyRoom,
  },
];

/** Any other text, which is a dump only to whoever asks for one: `anyText` of the options it is opened with. */
export const plainText: DumpFormat = {
  id: "plain-text",
  kind: "text",
  title: "a text",
  fileNames: [],
  magics: [],
  recognise: (head) => (isPlainText(head) ? "Text" : undefined),
  capabilities: ["searchableContents"],
  savesIndex: false,
  loadRoom: async () => (await import("./text/plainTextRoom")).plainTextRoom as AnyRoom,
};

/** The Java heap of a JVM's core, for whoever asks for it: `heapOfCore` of the options it is opened with. */
export const coreHeap: DumpFormat = {
  id: "core-java-heap",
  kind: "heap",
  title: "the Java heap of a core",
  fileNames: [],
  magics: [],
  // A core is a core first.
  recognise: () => undefined,
  capabilities: heapDumpCapabilities.filter((each) => each !== "allocationSites"),
  savesIndex: true,
  loadRoom: async () => (await import("./heap/coreHeapRoom")).coreHeapRoom as AnyRoom,
  loadEarlyAnswers: async () => (await import("./heap/earlyHeap")).earlyHeapAnswers,
};

/** A heap dump, or with `heapOfCore` a core's heap, that is only copied: `unindexed` of the options. */
const heapBytes: DumpFormat = {
  id: "heap-bytes",
  kind: "heap",
  title: "a heap dump that was not indexed",
  fileNames: [],
  magics: [],
  recognise: () => undefined,
  capabilities: ["heapRecords"],
  savesIndex: false,
  loadRoom: async () => (await import("./heap/heapBytesRoom")).heapBytesRoom as AnyRoom,
};

/** What a file is opened as, by its format and what was asked for. */
export function formatToOpen(format: DumpFormat, { heapOfCore, unindexed }: OpenOptions): DumpFormat {
  const asked = heapOfCore === true && format.id === coreFormatId ? coreHeap : format;
  return unindexed === true && asked.capabilities.includes("heapRecords") ? heapBytes : asked;
}

/** Whether what a verb or a view needs of a core is in its Java heap only. */
export function isOfCoreHeap(capability: Capability): boolean {
  const core = dumpFormats.find(({ id }) => id === coreFormatId);
  return coreHeap.capabilities.includes(capability) && core?.capabilities.includes(capability) === false;
}

/** @throws when no format has the id: ids come from this table. */
export function formatOf(id: string): DumpFormat {
  const format = [...dumpFormats, plainText, coreHeap, heapBytes].find((each) => each.id === id);
  if (format === undefined) throw new Error(`There is no dump format ${id}`);
  return format;
}
