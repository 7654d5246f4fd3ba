/** A field HotSpot adds to a class of its own and leaves out of the dump. */
export interface InjectedField {
  readonly name: string;
  /** 0 for a reference. */
  readonly bytes: number;
  /** Only in versions that declare this field in Java… */
  readonly when?: string;
  /** …or that do not declare this one. */
  readonly unless?: string;
  /** Not in JVMs before 15, which place fields in blocks. */
  readonly newer?: true;
  /** Not in JVMs before 8, which keep classes in a permanent generation. */
  readonly metaspace?: true;
}

/** Frames of a virtual thread follow the fields of these: objects of one class, each of a length of its own. */
export const stackChunkName = "jdk.internal.vm.StackChunk";

/**
 * OpenJDK `classfile/javaClasses.hpp`, the `*_INJECTED_FIELDS`. What a later JDK declares in Java itself is not
 * injected there: a field present in the dump is not counted twice.
 */
export const injectedFields: ReadonlyMap<string, readonly InjectedField[]> = new Map([
  [
    "java.lang.Class",
    [
      { name: "klass", bytes: 8 },
      { name: "array_klass", bytes: 8 },
      { name: "oop_size", bytes: 4 },
      { name: "static_oop_field_count", bytes: 4 },
      { name: "protection_domain", bytes: 0, unless: "protectionDomain" },
      { name: "signers", bytes: 0 },
      { name: "source_file", bytes: 0 },
      { name: "init_lock", bytes: 0, when: "protectionDomain" },
    ],
  ],
  ["java.lang.ClassLoader", [{ name: "loader_data", bytes: 8, metaspace: true }]],
  // Declared in Java, but JVMTI hides it: dumps of `-agentlib:hprof` are without.
  ["java.lang.Throwable", [{ name: "backtrace", bytes: 0 }]],
  ["java.lang.Module", [{ name: "module_entry", bytes: 8 }]],
  ["java.lang.String", [{ name: "flags", bytes: 1, when: "hashIsZero" }]],
  [
    "java.lang.Thread",
    [
      { name: "jvmti_thread_state", bytes: 8, when: "holder" },
      { name: "jvmti_VTMS_transition_disable_count", bytes: 4, when: "holder" },
      { name: "jvmti_is_in_VTMS_transition", bytes: 1, when: "holder" },
      { name: "jfr_epoch", bytes: 2, when: "holder" },
    ],
  ],
  ["java.lang.InternalError", [{ name: "during_unsafe_access", bytes: 1, newer: true }]],
  [
    "java.lang.invoke.ResolvedMethodName",
    [
      { name: "vmholder", bytes: 0 },
      { name: "vmtarget", bytes: 8 },
    ],
  ],
  [
    "java.lang.invoke.MemberName",
    [
      { name: "vmindex", bytes: 8 },
      // JDK 8, before `method` led to a ResolvedMethodName.
      { name: "vmloader", bytes: 0, unless: "method" },
      { name: "vmtarget", bytes: 8, unless: "method" },
    ],
  ],
  [
    "java.lang.invoke.MethodHandleNatives$CallSiteContext",
    [
      { name: "vmdependencies", bytes: 8 },
      { name: "last_cleanup", bytes: 8, newer: true },
    ],
  ],
  ["java.lang.StackFrameInfo", [{ name: "version", bytes: 2 }]],
  [
    "java.lang.invoke.CallSite",
    [
      { name: "vmdependencies", bytes: 8, unless: "context", newer: true },
      { name: "last_cleanup", bytes: 8, unless: "context", newer: true },
    ],
  ],
  ["java.lang.VirtualThread", [{ name: "objectWaiter", bytes: 8, when: "onWaitingList" }]],
  [
    stackChunkName,
    [
      { name: "cont", bytes: 0 },
      { name: "flags", bytes: 1 },
      { name: "pc", bytes: 8 },
      { name: "maxThawingSize", bytes: 4 },
      // Since 24; before, it would fill a hole.
      { name: "lockStackSize", bytes: 1 },
    ],
  ],
]);

/**
 * Classes whose fields JVMs before 15 know by offset: references come first and no hole is filled
 * (`ClassFileParser::layout_fields`).
 */
export const referencesFirst: ReadonlySet<string> = new Set([
  "java.lang.AssertionStatusDirectives",
  "java.lang.Class",
  "java.lang.ClassLoader",
  "java.lang.ref.Reference",
  "java.lang.ref.SoftReference",
  "java.lang.StackTraceElement",
  "java.lang.String",
  "java.lang.Throwable",
  "java.lang.Boolean",
  "java.lang.Character",
  "java.lang.Float",
  "java.lang.Double",
  "java.lang.Byte",
  "java.lang.Short",
  "java.lang.Integer",
  "java.lang.Long",
]);

/** `@Contended` padding: 128 bytes in front of a group and behind the last. */
export interface ContendedFields {
  /** Fields of the group, all of them when the class itself is annotated. */
  readonly fields: readonly string[] | "all";
  /** Versions that declare this field do without. */
  readonly unless?: string;
}

/** The JDK's annotated classes (`jdk.internal.vm.annotation.Contended`, before 9 `sun.misc.Contended`). */
export const contendedFields: ReadonlyMap<string, ContendedFields> = new Map<string, ContendedFields>([
  [
    "java.lang.Thread",
    {
      fields: ["threadLocalRandomSeed", "threadLocalRandomProbe", "threadLocalRandomSecondarySeed"],
      unless: "holder",
    },
  ],
  ["java.util.concurrent.ForkJoinPool", { fields: ["ctl", "parallelism"] }],
  ["java.util.concurrent.ForkJoinPool$WorkQueue", { fields: "all" }],
  ["java.util.concurrent.ConcurrentHashMap$CounterCell", { fields: "all" }],
  ["java.util.concurrent.atomic.Striped64$Cell", { fields: "all" }],
  ["java.util.concurrent.Exchanger$Node", { fields: "all" }],
  ["java.util.concurrent.SubmissionPublisher$BufferedSubscription", { fields: "all" }],
]);

/** HPROF shows some fields of the JVM as statics; they are not in the class object. JDK 8 writes one without brackets. */
export function isPseudoStatic(name: string): boolean {
  return name.startsWith("<") || name === "init_lock";
}
