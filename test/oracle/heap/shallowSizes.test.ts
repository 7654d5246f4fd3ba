import { beforeAll, describe, expect, it } from "vitest";
import type { ClassIndex, Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import type { SizeModelName } from "../../../analyzer/heap/hprof/index/sizeModel";
import { indexDumpFile } from "../../build/indexDumpFile";
import { agentJar, findJdks, type JavaDump, type Jdk, makeJavaDump } from "../../build/javaDumps";
import { javaRuntime } from "../../build/javaRuntimes";
import { judgeHeap } from "../../build/visualvm";

interface Configuration {
  readonly name: string;
  readonly flags: readonly string[];
  readonly model: SizeModelName;
  readonly alignment?: number;
  /** Feature releases that have it. */
  readonly from: number;
  readonly only?: readonly number[];
  /** Further arguments of GC.heap_dump. */
  readonly dumpArgs?: readonly string[];
}

const configurations: readonly Configuration[] = [
  { name: "G1", flags: ["-XX:+UseG1GC"], model: "compressed-oops", from: 8 },
  // The collectors share one layout: each is taken on one JDK only.
  { name: "Serial", flags: ["-XX:+UseSerialGC"], model: "compressed-oops", from: 8, only: [17] },
  { name: "Parallel", flags: ["-XX:+UseParallelGC"], model: "compressed-oops", from: 8, only: [25] },
  { name: "ZGC", flags: ["-XX:+UseZGC"], model: "uncompressed-oops", from: 15 },
  // Shenandoah writes the graph's order, a parallel dump its threads' segments.
  { name: "Shenandoah", flags: ["-XX:+UseShenandoahGC"], model: "compressed-oops", from: 17, only: [17, 25] },
  {
    name: "parallel dump",
    flags: ["-XX:+UseParallelGC"],
    model: "compressed-oops",
    from: 25,
    dumpArgs: ["-parallel=2"],
  },
  {
    name: "wide references",
    flags: ["-XX:+UseG1GC", "-XX:-UseCompressedOops"],
    model: "uncompressed-oops",
    from: 15,
  },
  {
    name: "wide references and classes",
    flags: ["-XX:+UseSerialGC", "-XX:-UseCompressedOops", "-XX:-UseCompressedClassPointers"],
    model: "uncompressed-oops-and-classes",
    from: 8,
  },
  {
    name: "wide classes",
    flags: ["-XX:+UseSerialGC", "-XX:-UseCompressedClassPointers"],
    model: "uncompressed-classes",
    from: 15,
  },
  {
    name: "alignment 16",
    flags: ["-XX:+UseSerialGC", "-XX:ObjectAlignmentInBytes=16"],
    model: "compressed-oops",
    alignment: 16,
    from: 8,
  },
  {
    name: "compact headers",
    flags: ["-XX:+UseG1GC", "-XX:+UseCompactObjectHeaders"],
    model: "compact-headers",
    from: 25,
  },
  {
    name: "compact headers, wide references",
    flags: ["-XX:+UseSerialGC", "-XX:+UseCompactObjectHeaders", "-XX:-UseCompressedOops"],
    model: "compact-headers-uncompressed-oops",
    from: 25,
  },
];

interface JcmdRow {
  readonly count: number;
  readonly bytes: number;
}

const jvmPrimitive: Readonly<Record<string, string>> = {
  Z: "boolean",
  C: "char",
  F: "float",
  D: "double",
  B: "byte",
  S: "short",
  I: "int",
  J: "long",
};

/** Rows of `jcmd GC.class_histogram` by the name Java writes; classes of one name and several loaders are added up. */
function jcmdRows(histogram: string): Map<string, JcmdRow> {
  const rows = new Map<string, JcmdRow>();
  for (const line of histogram.split("\n")) {
    const found = /^ *\d+: +(\d+) +(\d+) +(\S+)/.exec(line);
    if (found === null) continue;
    const [, count, bytes, jvmName] = found;
    const dimensions = /^\[*/.exec(jvmName!)![0].length;
    const rest = jvmName!.slice(dimensions);
    const element = dimensions === 0 ? rest : (jvmPrimitive[rest] ?? rest.replace(/^L(.*);$/, "$1"));
    const name = element + "[]".repeat(dimensions);
    const before = rows.get(name) ?? { count: 0, bytes: 0 };
    rows.set(name, { count: before.count + Number(count), bytes: before.bytes + Number(bytes) });
  }
  return rows;
}

function ours(heap: Heap, name: string): JcmdRow {
  const types = heap.classes.findByName(name);
  return {
    count: types.reduce((sum, type) => sum + heap.classes.instanceCountOf(type), 0),
    bytes: types.reduce((sum, type) => sum + heap.classes.shallowBytesOf(type), 0),
  };
}

/**
 * Differences that are none of ours: a dump describes only class objects of linked classes; G1's fillers appear in dumps
 * as int[].
 */
const explained = new Set(["java.lang.Class", "jdk.internal.vm.FillerElement[]", "int[]"]);

function firstInstance(heap: Heap, type: ClassIndex): ObjectIndex | undefined {
  let found: ObjectIndex | undefined;
  heap.forEachInstance(type, (object) => {
    found = object;
    return false;
  });
  return found;
}

const jdks = findJdks();
const cases = [...jdks, javaRuntime(11), javaRuntime(21)].flatMap((jdk) =>
  configurations
    .filter(({ from, only }) => jdk.version >= from && (only?.includes(jdk.version) ?? true))
    .map((configuration) => ({ jdk, configuration, title: `JDK ${jdk.version}, ${configuration.name}` })),
);

describe.each(cases)("$title", ({ jdk, configuration }: { jdk: Jdk; configuration: Configuration }) => {
  let dump: JavaDump;
  let indexed: Awaited<ReturnType<typeof indexDumpFile>>;

  beforeAll(async () => {
    const flags = ["-Xmx128m", ...configuration.flags];
    const { dumpArgs = [] } = configuration;
    // Compiled, getObjectSize says the same of every class object: the compilers' own version knows no statics.
    flags.push("-Xint", `-javaagent:${agentJar("SizeZoo")}`);
    dump = await makeJavaDump({ program: "SizeZoo.java", jdk, flags, dumpArgs });
    indexed = await indexDumpFile(dump.dump);
  });

  it("has jcmd's count and bytes for every class", () => {
    const { heap, columns } = indexed;
    expect(columns.sizeModel.name).toBe(configuration.model);
    expect(columns.sizeModel.alignmentBytes).toBe(configuration.alignment ?? 8);
    expect(columns.sizeModel.confidence).toBe("certain");
    const rows = jcmdRows(dump.histogram);
    let equal = 0;
    const wrong: string[] = [];
    const moved: string[] = [];
    for (const [name, row] of rows) {
      if (explained.has(name)) continue;
      // JDK 11 leaves the address of a lambda's class out of the dump.
      const plain = jdk.version < 15 ? name.replace(/\/0x[0-9a-f]+$/, "") : name;
      const own = ours(heap, plain);
      if (own.count === row.count && own.bytes === row.bytes) equal++;
      else if (own.count === row.count) wrong.push(`${name}: ${own.bytes} bytes, jcmd ${row.bytes}`);
      // jcmd runs after the dump: a few objects come and go, but an instance keeps its size.
      else if (!name.endsWith("[]") && own.count > 0 && own.bytes / own.count !== row.bytes / row.count) {
        wrong.push(`${name}: ${own.bytes / own.count} bytes each, jcmd ${row.bytes / row.count}`);
      } else moved.push(name);
    }
    expect(wrong).toEqual([]);
    expect(equal).toBeGreaterThan(150);
    expect(moved.length, moved.join()).toBeLessThan(rows.size * 0.12);
    for (const name of rows.keys()) if (name.startsWith("SizeZoo")) expect(moved).not.toContain(name);
  });

  it("has the size that java.lang.instrument states of every class object", () => {
    const { heap } = indexed;
    const stated = dump.output.split("\n").map((line) => line.split("\t"));
    const wrong: string[] = [];
    let classObjects = 0;
    let instances = 0;
    for (const [kind, name, bytes] of stated) {
      const types = heap.classes.findByName(name ?? "");
      // Of classes with one name and several loaders nothing tells which is which.
      if (types.length !== 1 || stated.filter((line) => line[0] === "class" && line[1] === name).length > 1)
        continue;
      const object = kind === "class" ? heap.classObjectOf(types[0]!) : firstInstance(heap, types[0]!);
      if (object === undefined) continue;
      if (kind === "class") classObjects++;
      else instances++;
      const own = heap.shallowSizeOf(object);
      if (own !== Number(bytes)) wrong.push(`${kind} ${name}: ${own} bytes, the JVM ${bytes}`);
    }
    expect(wrong).toEqual([]);
    expect(classObjects).toBeGreaterThan(300);
    expect(instances).toBeGreaterThan(400);
  });
});

describe("VisualVM's heap library", () => {
  it("agrees on counts of every class and retained sizes of the biggest objects", async () => {
    const jdk = jdks.find(({ version }) => version >= 17) ?? jdks.at(-1)!;
    const flags = ["-Xmx128m", "-XX:+UseSerialGC"];
    const { dump } = await makeJavaDump({ program: "SizeZoo.java", jdk, flags });
    const judged = judgeHeap(dump, jdk, 20);
    const { heap } = await indexDumpFile(dump);
    expect(heap.instanceCount).toBe(judged.instances);
    const wrong: string[] = [];
    for (const [name, row] of judged.classes) {
      if (row.instances === 0 || name === "java.lang.Class") continue;
      // It keeps the plus sign the JVM writes into names of hidden classes.
      const own = ours(heap, name.replace(/\+(0x[0-9a-f]+)$/, "/$1"));
      if (own.count !== row.instances) wrong.push(`${name}: ${own.count} objects, VisualVM ${row.instances}`);
    }
    expect(wrong).toEqual([]);
    expect(judged.biggest).toHaveLength(20);
    // VisualVM knows neither padding (@Contended) nor fields the JVM adds: its retained size is ours less what its
    // shallow sizes lack. Class objects have a constant size there and are left to the definition's own tests.
    const theirs = (node: ObjectIndex): number => {
      const row = judged.classes.get(heap.classNameOf(node));
      const isArray = heap.elementTypeOf(node) !== undefined;
      return isArray || row === undefined ? heap.shallowSizeOf(node) : row.bytes / row.instances;
    };
    const lacking = (node: ObjectIndex): number =>
      heap
        .dominatedBy(node, 0, heap.dominatedCountOf(node))
        .reduce((sum, child) => sum + lacking(child), heap.shallowSizeOf(node) - theirs(node));
    const checked = judged.biggest.filter(({ className }) => className !== "java.lang.Class");
    expect(checked.length).toBeGreaterThan(12);
    for (const { id, className, retained } of checked) {
      const node = heap.indexOf(id)!;
      expect(heap.retainedSizeOf(node) - lacking(node), className).toBe(retained);
    }
  });
});
