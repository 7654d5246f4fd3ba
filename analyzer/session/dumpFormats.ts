import { recogniseCore } from "../formats/elf/recogniseCore";
import { recogniseHprof } from "../formats/hprof/recogniseHprof";
import { identifyText } from "../formats/texts/identifyText";
import { coreRoom } from "./core/coreRoom";
import type { AnyRoom, DumpFormat } from "./dumpFormat";
import { heapRoom } from "./heap/heapRoom";
import { textRoom } from "./text/textRoom";

/**
 * Every format of dump. The first that recognises a file has it. Views, verbs, editors and file searches follow from
 * what stands here; a new format is a folder under `formats`, an adapter, and one entry.
 */
export const dumpFormats: readonly DumpFormat[] = [
  {
    id: "hprof",
    kind: "heap",
    title: "a Java heap dump",
    fileNames: ["*.hprof", "*.hprof.gz", "*.hprof.zst"],
    magics: ["JAVA"],
    recognise(head) {
      const version = recogniseHprof(head);
      return version === undefined ? undefined : `Java heap dump (${version})`;
    },
    capabilities: [
      "objectGraph",
      "fieldValues",
      "threads",
      "classLoaders",
      "stringContents",
      "collections",
      "referenceObjects",
      "systemProperties",
      "allocationSites",
      "memoryEvidence",
    ],
    savesIndex: true,
    room: heapRoom as AnyRoom,
  },
  {
    id: "elf-core",
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
      "nativeHeap",
      "embeddedJavaHeap",
      "memoryEvidence",
    ],
    savesIndex: false,
    room: coreRoom as AnyRoom,
  },
  {
    id: "saved-text",
    kind: "text",
    title: "a saved text",
    fileNames: ["*.txt", "*.log"],
    magics: [],
    recognise: identifyText,
    capabilities: ["tables", "memoryEvidence"],
    savesIndex: false,
    room: textRoom as AnyRoom,
  },
];

/** @throws when no format has the id: ids come from this table. */
export function formatOf(id: string): DumpFormat {
  const format = dumpFormats.find((each) => each.id === id);
  if (format === undefined) throw new Error(`There is no dump format ${id}`);
  return format;
}
