/**
 * What dumps of a format have, each a group of requests. The views a dump's editor shows and the verbs of the command
 * line that take it follow from the list its format states.
 */
export type Capability =
  /** Objects with sizes and references: histogram, dominators, paths, comparison. */
  | "objectGraph"
  /** Values of fields and elements, and a language to ask for them. */
  | "fieldValues"
  /** Threads of the program with their stacks and locals. */
  | "threads"
  | "classLoaders"
  /** Contents of strings and arrays, to be compared. */
  | "stringContents"
  /** Texts of any kind, to be searched for secrets. */
  | "searchableContents"
  /** Lists, sets and maps with sizes and elements. */
  | "collections"
  /** Weak, soft, phantom and finalizer references as objects of their own. */
  | "referenceObjects"
  | "systemProperties"
  /** Records that can be written again as a heap dump of Java. */
  | "heapRecords"
  | "allocationSites"
  /** Threads of a process with registers and native stacks. */
  | "nativeStacks"
  | "modules"
  /** The memory of a process: mappings, regions, bytes. */
  | "processMemory"
  /** Blocks of malloc. */
  | "nativeHeap"
  /** A JVM's heap inside a process. */
  | "embeddedJavaHeap"
  /** Lists in a text. */
  | "tables"
  /** Figures that speak for or against a cause of memory growth. */
  | "memoryEvidence";
