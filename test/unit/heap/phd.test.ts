import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../analyzer/base/errors";
import { ProblemList } from "../../../analyzer/base/problems";
import { unwatched } from "../../../analyzer/base/work";
import { csrOf } from "../../../analyzer/heap/graph/edges/csr";
import { assumedRootsOf } from "../../../analyzer/heap/phd/assumedRoots";
import { phdAdapter } from "../../../analyzer/heap/phd/phdAdapter";
import { SessionStore } from "../../../analyzer/session/sessionStore";
import { bundle } from "../../build/bundle";
import { PhdBuilder, type PhdOptions } from "../../build/phdBuilder";
import { seededRandom } from "../../build/seededRandom";

function read(bytes: Uint8Array) {
  const source = new BytesSource("test.phd", bytes);
  const problems = new ProblemList();
  const columns = phdAdapter.read(source, problems, unwatched);
  const names = phdAdapter.namesOf(columns, source);
  const { graph } = columns;
  const node = (address: number) => graph.ids.indexOf(BigInt(address));
  return {
    problems: problems.toArray().map(({ code }) => code),
    count: graph.ids.length,
    typeOf: (address: number) => graph.typeNames[graph.typeByObject[node(address)]!],
    bytesOf: (address: number) => graph.shallowBytes[node(address)],
    labelOf: (address: number) => names.labelOf(node(address)),
    targetsOf: (address: number) =>
      [
        ...graph.edges.targets.subarray(
          graph.edges.starts[node(address)]!,
          graph.edges.starts[node(address) + 1]!,
        ),
      ].map((target) => Number(graph.ids[target])),
    roots: () =>
      Object.fromEntries(
        [...graph.roots].map((root) => [Number(graph.ids[root]), names.rootKindsOf(root)[0]]),
      ),
  };
}

const classes = { object: 0x9000, clazz: 0x9040, thread: 0x9080, order: 0x90c0, worker: 0x9100 };

/** A shop: a thread holds an array of orders, which hold texts; the class Order holds a cache; two nodes hold each other. */
function shop(options: PhdOptions): PhdBuilder {
  const { version = 6 } = options;
  const builder = new PhdBuilder(options)
    .object(0x1000, classes.worker, [0x1040])
    .objectArray(0x1040, classes.order, [0x2000, 0x1200, 0x1240], version >= 5 ? 5 : undefined, 48)
    .primitiveArray(0x1100, 1, 10, 40)
    .primitiveArray(0x1140, 4, 300, 320)
    .object(0x1200, classes.order, [0x1100])
    .object(0x1240, classes.order, [0x1140])
    .object(0x2000, classes.order, [], "long")
    .object(0x2040, classes.order, [0x2080])
    .object(0x2080, classes.order, [0x2040, 0x20c0])
    .object(0x20c0, classes.object)
    .object(0x2100, classes.object, [0x2140])
    .primitiveArray(0x2140, 7, 2, 32, 0x55)
    .class(classes.object, "java/lang/Object", 16)
    .class(classes.clazz, "java/lang/Class", 40, classes.object, [], 0x77)
    .class(classes.thread, "java/lang/Thread", 64, classes.object)
    .class(classes.order, "demo/Order", 24, classes.object, [0x2140])
    .class(classes.worker, "demo/Worker", 72, classes.thread);
  return builder;
}

const kinds: readonly PhdOptions[] = [
  { version: 6, is64Bit: true },
  { version: 6, is64Bit: false },
  { version: 5, is64Bit: true },
  { version: 5, is64Bit: false, shortHashes: true },
  { version: 4, is64Bit: false, isJ9: false },
];

describe.each(kinds)("a portable heap dump (%o)", (options) => {
  it("has the classes, references and lengths of its records", () => {
    const dump = read(shop(options).build());
    expect(dump.count).toBe(17);
    expect(dump.typeOf(0x1000)).toBe("demo.Worker");
    expect(dump.typeOf(0x1040)).toBe("demo.Order[]");
    expect(dump.typeOf(0x1100)).toBe("char[]");
    expect(dump.typeOf(0x1140)).toBe("byte[]");
    expect(dump.typeOf(0x2140)).toBe("long[]");
    expect(dump.typeOf(classes.order)).toBe("java.lang.Class");
    expect(dump.targetsOf(0x1040)).toEqual([0x2000, 0x1200, 0x1240]);
    expect(dump.targetsOf(0x2080)).toEqual([0x2040, 0x20c0]);
    expect(dump.targetsOf(classes.order)).toEqual([0x2140]);
    expect(dump.labelOf(0x1140)).toBe("length 300");
    expect(dump.labelOf(0x1040)).toBe(`length ${options.version === 4 ? 3 : 5}`);
    expect(dump.labelOf(classes.order)).toBe("class demo.Order");
  });

  it("takes classes, threads, unreferenced objects and one of each ring for roots", () => {
    const dump = read(shop(options).build());
    expect(dump.problems).toEqual(["assumed-roots"]);
    expect(dump.roots()).toEqual({
      4096: "thread",
      8256: "of a ring that no object outside refers to",
      8448: "no object of the dump refers to it",
      ...Object.fromEntries(Object.values(classes).map((address) => [address, "class"])),
    });
  });

  it("is refused at any place where it may end, and nowhere crashes", () => {
    const bytes = shop(options).build();
    for (let length = 20; length < bytes.length; length++) {
      expect(() => read(bytes.subarray(0, length)), `${length} bytes`).toThrow(ExhumeError);
    }
  });
});

describe("sizes in a portable heap dump", () => {
  it("are those that version 6 and class records say", () => {
    const dump = read(shop({ version: 6 }).build());
    expect([0x1000, 0x1040, 0x1100, 0x1200, classes.order].map(dump.bytesOf)).toEqual([72, 48, 40, 24, 40]);
  });

  it("follow from the distances between arrays before that", () => {
    const arrays = (options: PhdOptions, header: number, element: number) => {
      const builder = new PhdBuilder({ version: 5, ...options });
      const at = (k: number) => 0x1000 + 0x100 * k;
      builder.primitiveArray(at(0), 4, 256 - header).primitiveArray(at(1), 1, 5);
      builder
        .objectArray(at(2), classes.order, [], (256 - header) / element)
        .objectArray(at(3), classes.order, [], 3);
      return read(builder.object(at(4), classes.order).class(classes.order, "demo/Order", 20).build());
    };
    const sizes = (dump: ReturnType<typeof read>) =>
      [0x1000, 0x1100, 0x1200, 0x1300, 0x1400].map((address) => dump.bytesOf(address));
    expect(sizes(arrays({ is64Bit: false }, 16, 4))).toEqual([256, 32, 256, 32, 24]);
    expect(sizes(arrays({ is64Bit: true }, 8, 4))).toEqual([256, 24, 256, 24, 24]);
    expect(sizes(arrays({ is64Bit: true }, 24, 8))).toEqual([256, 40, 256, 48, 24]);
  });
});

describe("records of a portable heap dump", () => {
  it("mean the same in each of their forms", () => {
    const cells = [0x4000, 0x4100, 0x4200];
    for (const form of ["short", "medium", "long"] as const) {
      const builder = new PhdBuilder().class(classes.order, "demo/Order", 24);
      builder
        .object(0x4000, classes.order, [], "medium")
        .object(0x4100, classes.order)
        .object(0x4200, classes.order);
      const dump = read(builder.object(0x5000, classes.order, cells, form).build());
      expect([form, dump.typeOf(0x5000), dump.targetsOf(0x5000)]).toEqual([form, "demo.Order", cells]);
    }
  });

  it("reach as far as 8 bytes do, in both directions", () => {
    const far = 0x7f_1234_5678;
    const dump = read(
      new PhdBuilder()
        .object(far, classes.order, [0x1000, far + 0x7000])
        .object(0x1000, classes.order, [far])
        .object(far + 0x7000, classes.order)
        .class(classes.order, "demo/Order", 24)
        .build(),
    );
    expect(dump.targetsOf(far)).toEqual([0x1000, far + 0x7000]);
    expect(dump.targetsOf(0x1000)).toEqual([far]);
  });

  it("do without the class that J9 writes as the first reference", () => {
    const dump = read(
      new PhdBuilder()
        .object(0x1000, classes.order, [classes.order, 0x1000])
        .class(classes.order, "demo/Order", 24)
        .build(),
    );
    expect(dump.targetsOf(0x1000)).toEqual([0x1000]);
  });

  it("name the array's class by the first reference in J9's version 4", () => {
    const dump = read(
      new PhdBuilder({ version: 4 })
        .objectArray(0x1000, classes.order, [0x9200, 0x1000])
        .class(classes.order, "demo/Order", 24)
        .class(0x9200, "[[Ldemo/Order;", 24)
        .build(),
    );
    expect([dump.typeOf(0x1000), dump.labelOf(0x1000), dump.targetsOf(0x1000)]).toEqual([
      "demo.Order[][]",
      "length 1",
      [0x1000],
    ]);
  });

  it("say what is not there", () => {
    const dump = read(
      new PhdBuilder().object(0x1000, 0x7777000, [0x666000]).objectArray(0x1100, 0x7777000, [0x1000]).build(),
    );
    expect(dump.problems).toEqual(["unknown-class", "dangling-references", "assumed-roots"]);
    expect([dump.typeOf(0x1000), dump.typeOf(0x1100)]).toEqual(["(unknown class)", "(unknown class)[]"]);
    expect(dump.targetsOf(0x1000)).toEqual([]);
  });
});

/** Bytes of a dump up to its first record, then others. */
const withRecords = (...records: number[]) =>
  Uint8Array.from([...new PhdBuilder().build().subarray(0, -1), ...records]);

it.each([
  [
    "more references than bytes",
    [4, 0, 1, 0, 0, 0, 0, 0, 0, 0x90, 0, 0xff, 0xff, 0xff, 0xff],
    /more references than bytes/,
  ],
  [
    "an array of more elements than Java has",
    [0x20 | 2, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff],
    /4294967295 elements/,
  ],
  ["a negative address", [0x80, 0xff], /outside of every memory/],
  ["an address beyond 2^53", [4, 0xc0, 0x7f, 0, 0, 0, 0, 0, 0, 0], /beyond every address/],
  ["a class beyond 2^63", [4, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0], /beyond every address/],
  ["an unknown record", [9], /no record 9/],
])("refuses %s", (_, records, message) => {
  expect(() => read(withRecords(...records))).toThrow(message);
});

it("refuses versions it does not know", () => {
  const bytes = new PhdBuilder().build();
  bytes[23] = 7;
  expect(() => read(bytes)).toThrow(/version 7/);
});

it("takes superclasses that go in a circle", () => {
  const dump = read(
    new PhdBuilder()
      .class(0x9000, "demo/A", 16, 0x9040)
      .class(0x9040, "demo/B", 16, 0x9000)
      .object(0x100, 0x9000)
      .build(),
  );
  expect(Object.keys(dump.roots())).toHaveLength(3);
});

it("reaches every object of any graph by as few assumed roots as there are", () => {
  const random = seededRandom(7);
  for (let round = 0; round < 60; round++) {
    const count = 1 + Math.floor(random() * 12);
    const pairs = Array.from({ length: Math.floor(random() * 20) }, () => [
      Math.floor(random() * count),
      Math.floor(random() * count),
    ]);
    const graph = csrOf(count, (visit) => {
      for (const [from, to] of pairs) visit(from!, to!);
    });
    const reach = (from: readonly number[]): Set<number> => {
      const reached = new Set(from);
      for (const node of reached) for (const [a, b] of pairs) if (a === node) reached.add(b!);
      return reached;
    };
    const roots = [...assumedRootsOf(graph, new Uint8Array(count)).entries()].filter(([, why]) => why !== 0);
    const nodes = roots.map(([node]) => node);
    expect(reach(nodes).size).toBe(count);
    for (const node of nodes) expect(reach(nodes.filter((other) => other !== node)).has(node)).toBe(false);
  }
});

it("opens packed in a session, with what it has and no more", async () => {
  const folder = mkdtempSync(join(tmpdir(), "exhume-phd-"));
  const store = new SessionStore({ workerFolder: dirname(bundle("dumpWorker")) });
  try {
    const path = join(folder, "heapdump.phd.gz");
    writeFileSync(path, gzipSync(shop({}).build()));
    const session = await store.open(path);
    await session.ready();
    const { totals, format, problems } = await session.ask("heap/summary", {});
    expect(totals).toMatchObject({ objects: 17, reachableObjects: 17, gcRoots: 8 });
    expect([format, problems.map(({ code }) => code)]).toEqual(["IBM portable heap dump", ["assumed-roots"]]);
    await expect(
      session.ask("heap/query", { text: "select * from java.lang.String", start: 0, count: 1 }),
    ).rejects.toThrow("an IBM portable heap dump has no values of fields");
  } finally {
    await store.dispose();
    rmSync(folder, { recursive: true });
  }
});
