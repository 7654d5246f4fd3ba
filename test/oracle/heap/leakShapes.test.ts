import { describe, expect, it } from "vitest";
import { formatHex } from "../../../analyzer/base/units";
import { unwatched } from "../../../analyzer/base/work";
import type { Heap } from "../../../analyzer/heap/heap";
import type { ShapeId, Suspect } from "../../../analyzer/heap/java/leaks/suspect";
import { leakSuspects } from "../../../analyzer/heap/java/leaks/suspects";
import { runQuery } from "../../../analyzer/heap/java/query/run";
import { findJdks, type Jdk } from "../../build/javaDumps";
import { javaRuntime } from "../../build/javaRuntimes";
import { askVisualVm, leakDump } from "../../build/leakDumps";
import { libraryDump } from "../../build/libraryDumps";
import { mavenDump } from "../../build/mavenDump";
import { openFile } from "../../build/openFile";
import { tomcatDump } from "../../build/tomcatDump";

interface LeakProgram {
  readonly program: string;
  readonly shape: ShapeId;
  /** Class and name of the field that is to blame; absent for shapes no field holds. */
  readonly field?: readonly [className: string, name: string];
  readonly objects: number;
  readonly elements?: number;
}

/** What the programs do, from their sources. */
const programs: readonly LeakProgram[] = [
  {
    program: "UnboundedCache",
    shape: "unbounded-cache",
    field: ["leaks.UnboundedCache$PriceService", "quotesByArticle"],
    objects: 1,
    elements: 20_000,
  },
  {
    program: "QueueWithoutConsumer",
    shape: "queue-without-consumer",
    field: ["leaks.QueueWithoutConsumer$MailSender", "outbox"],
    objects: 1,
    elements: 19_999,
  },
  {
    program: "RequestKeyedMap",
    shape: "request-keyed-map",
    field: ["leaks.RequestKeyedMap$Gateway", "progressById"],
    objects: 1,
    elements: 20_000,
  },
  {
    program: "ListenersNeverRemoved",
    shape: "listeners-never-removed",
    field: ["leaks.ListenersNeverRemoved$Settings", "listeners"],
    objects: 1,
    elements: 2_000,
  },
  {
    program: "ThreadLocalInPool",
    shape: "thread-local-in-pool",
    field: ["leaks.ThreadLocalInPool$Renderer", "SCRATCH"],
    objects: 8,
  },
  {
    program: "ClassLoaderLeak",
    shape: "class-loader-leak",
    field: ["leaks.ClassLoaderLeak$DriverRegistry", "drivers"],
    objects: 8,
  },
  { program: "JniGlobal", shape: "jni-global", objects: 120 },
  {
    program: "DirectBuffers",
    shape: "direct-buffers",
    field: ["leaks.DirectBuffers$BufferPool", "leased"],
    objects: 40,
  },
  { program: "ThreadLeak", shape: "thread-leak", objects: 150 },
  {
    program: "FinalizerQueue",
    shape: "finalizer-queue",
    field: ["java.lang.ref.Finalizer", "queue"],
    objects: 9_999,
    elements: 9_999,
  },
  {
    program: "DuplicateStrings",
    shape: "duplicate-strings",
    field: ["leaks.DuplicateStrings$Reading", "unit"],
    // The program's 30,000 copies, and what the JDK itself has twice.
    objects: 30_000,
  },
];

/** Retained sizes that VisualVM's model defines otherwise. */
const otherModel: ReadonlySet<ShapeId> = new Set([
  // Referents of finalizers are strong in VisualVM, a thread does not hold its locals, an instance not its class.
  "finalizer-queue",
  "thread-leak",
  "class-loader-leak",
]);

/** With all leaking at once copies are a twentieth of the heap: waste, which has its own view, and no finding. */
const inAllShapes = programs.filter(({ shape }) => shape !== "duplicate-strings");

function check(suspect: Suspect | undefined, expected: LeakProgram): void {
  expect(suspect, `no ${expected.shape}`).toBeDefined();
  const { shape, confidence, field, objects, accumulation, evidence, fix } = suspect!;
  expect({ shape, confidence }).toEqual({
    shape: expected.shape,
    confidence: expect.not.stringMatching("possible"),
  });
  if (expected.field !== undefined) expect([field?.className, field?.name]).toEqual(expected.field);
  if (expected.shape === "duplicate-strings") {
    expect(objects).toBeGreaterThanOrEqual(expected.objects);
    expect(objects).toBeLessThan(1.02 * expected.objects);
  } else expect(objects).toBe(expected.objects);
  if (expected.elements !== undefined) expect(accumulation?.elements).toBe(expected.elements);
  expect(evidence.length).toBeGreaterThan(1);
  expect(fix).toBeTruthy();
}

async function suspectsOf(dump: string): Promise<{ heap: Heap; suspects: readonly Suspect[] }> {
  const heap = await openFile(dump);
  return { heap, suspects: leakSuspects(heap, unwatched).suspects };
}

function named(suspects: readonly Suspect[]): string[] {
  return suspects.filter(({ shape }) => shape !== undefined).map(({ shape }) => shape!);
}

const jdks = findJdks();

describe("Netty's pooled buffers", () => {
  const jars = ["nettyBuffer", "nettyCommon"] as const;
  const suspectsIn = async (mode: string) => {
    const { dump } = await libraryDump(jdks[0]!, "NettyArenas", jars, [mode]);
    return (await suspectsOf(dump)).suspects;
  };
  const leasedBytes = 300 * 100 * 1024;

  it("are named with the field that holds them", async () => {
    const suspects = await suspectsIn("kept");
    expect(named(suspects)).toEqual(["direct-buffers"]);
    const [{ field, objects, offHeapBytes, evidence, confidence }] = suspects as [Suspect];
    expect(confidence).not.toBe("possible");
    expect([field?.className, field?.name]).toEqual(["NettyArenas$ReplyWriter", "waiting"]);
    expect(objects).toBe(300);
    // A size class of the pool is at most an eighth bigger than what was asked for.
    expect(offHeapBytes).toBeGreaterThanOrEqual(leasedBytes);
    expect(offHeapBytes).toBeLessThan(1.2 * leasedBytes);
    expect(evidence[0]).toMatch(/Netty's pooled arenas have \d+ chunks/);
  });

  it("are noticed when they were dropped without a release", async () => {
    const suspects = await suspectsIn("dropped");
    expect(named(suspects)).toEqual(["direct-buffers"]);
    expect(suspects[0]!.evidence.join()).toMatch(/no buffer refers to them/);
  });

  it("are no suspects when they were released", async () => {
    expect(await suspectsIn("released")).toEqual([]);
  });
});

it("raise no alarm above possible for a Maven at the end of a build of many modules", async () => {
  const { heap, suspects } = await suspectsOf(mavenDump(jdks[0]!));
  expect(heap.classes.findByName("org.apache.maven.execution.MavenSession")).toHaveLength(1);
  expect(suspects.filter(({ confidence }) => confidence !== "possible")).toEqual([]);
});

async function checkAllShapes(jdk: Jdk): Promise<void> {
  const { suspects } = await suspectsOf(leakDump(jdk, "AllShapes", "leak"));
  for (const expected of inAllShapes)
    check(
      suspects.find(({ shape }) => shape === expected.shape),
      expected,
    );
  expect(named(suspects).sort()).toEqual(inAllShapes.map(({ shape }) => shape).sort());
}

describe.each([11, 21] as const)("a runtime of Java %i", (version) => {
  it("shows all shapes in one process", async () => {
    await checkAllShapes(javaRuntime(version));
  });

  it("shows none in its healthy twin", async () => {
    const dump = leakDump(javaRuntime(version), "AllShapes", "healthy");
    expect((await suspectsOf(dump)).suspects).toEqual([]);
  });
});

describe.each(jdks.map((jdk) => [jdk.version, jdk] as const))(
  "leak shapes on JDK %i",
  (_version, jdk: Jdk) => {
    it.each(programs)("names $shape, its field and its size, of $program", async (expected) => {
      const dump = leakDump(jdk, expected.program, "leak");
      const { heap, suspects } = await suspectsOf(dump);
      expect(named(suspects)).toEqual([expected.shape]);
      const suspect = suspects.find(({ shape }) => shape === expected.shape);
      check(suspect, expected);
      const place = suspect?.accumulation;
      if (place === undefined || otherModel.has(expected.shape)) return;
      const id = formatHex(heap.idOf(place.object));
      const judged = askVisualVm(jdk, new Map([[dump, [id]]]));
      expect(judged.get(dump)?.get(id)?.retainedBytes).toBe(place.retainedBytes);
    });

    // The newer JDKs have the twin of all programs at once, below.
    it.each(jdk === jdks[0] ? programs : [])(
      "has nothing to say of a healthy $program",
      async ({ program }) => {
        expect((await suspectsOf(leakDump(jdk, program, "healthy"))).suspects).toEqual([]);
      },
    );

    it("finds all of them in one process", async () => {
      await checkAllShapes(jdk);
    });

    it("finds none in its healthy twin", async () => {
      expect((await suspectsOf(leakDump(jdk, "AllShapes", "healthy"))).suspects).toEqual([]);
    });

    it("raises no alarm above possible for a Tomcat that served an application in good health", async () => {
      const { heap, suspects } = await suspectsOf(await tomcatDump(jdk));
      expect(
        runQuery(heap, "SELECT s FROM org.apache.catalina.session.StandardSession s", unwatched).total,
      ).toBe(24);
      const [pages] = runQuery(heap, "SELECT s.pages.m.size FROM ShopServlet s", unwatched).rows(0, 1);
      expect(pages?.cells).toEqual([500]);
      expect(suspects.filter(({ confidence }) => confidence !== "possible")).toEqual([]);
    });
  },
);
