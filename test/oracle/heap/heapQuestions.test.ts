import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { formatHex } from "../../../analyzer/base/units";
import { unwatched } from "../../../analyzer/base/work";
import { compareProfiles } from "../../../analyzer/heap/graph/growth/compareProfiles";
import type { Heap } from "../../../analyzer/heap/heap";
import { collectionSizeOf } from "../../../analyzer/heap/java/collections/collection";
import { entriesOf } from "../../../analyzer/heap/java/collections/entries";
import { heapProfile } from "../../../analyzer/heap/java/growth/heapProfile";
import { staticReferenceIn, stringIn } from "../../../analyzer/heap/java/objects/fieldReads";
import { stringOf } from "../../../analyzer/heap/java/objects/strings";
import { duplicateClasses } from "../../../analyzer/heap/java/program/loaders";
import { systemProperties } from "../../../analyzer/heap/java/program/systemProperties";
import { frameText, groupByStack, localsOf, threadsOf } from "../../../analyzer/heap/java/program/threads";
import { runQuery } from "../../../analyzer/heap/java/query/run";
import { findJdks, type Jdk } from "../../build/javaDumps";
import { javaRuntime } from "../../build/javaRuntimes";
import { leakDump, leakDumps, outputOf, visualVmThreads } from "../../build/leakDumps";
import { openFile } from "../../build/openFile";

/** Text of an object as the gallery prints it: strings, constants of an enum, objects with a name. */
function textOf(heap: Heap, id: bigint | undefined): string {
  const object = id === undefined ? undefined : heap.indexOf(id);
  if (object === undefined) return "null";
  return stringOf(heap, object, 100) ?? stringIn(heap, object, "name") ?? "?";
}

const jdks = findJdks();

describe.each([...jdks, javaRuntime(11), javaRuntime(21)].map((jdk) => [jdk.version, jdk] as const))(
  "collections of JDK %i",
  (_version, jdk: Jdk) => {
    it("are read as the program that made them does", async () => {
      const dump = leakDump(jdk, "Gallery");
      const heap = await openFile(dump);
      const [gallery] = heap.classes.findByName("leaks.Gallery");
      const found: Record<string, string[]> = {};
      const printed: Record<string, string[]> = {};
      const sizes: Record<string, number | undefined> = {};
      for (const line of outputOf(dump).trim().split("\n")) {
        const [name, contents] = line.split("\t");
        printed[name!] = contents!.split("|").sort();
        const object = staticReferenceIn(heap, gallery!, name!)!;
        sizes[name!] = collectionSizeOf(heap, object)?.size;
        found[name!] = [...entriesOf(heap, object)]
          .map(({ key, value }) => (key === undefined ? "" : `${textOf(heap, key)}=`) + textOf(heap, value))
          .sort();
      }
      expect(Object.keys(printed).length).toBeGreaterThan(40);
      expect(found).toEqual(printed);
      for (const [name, size] of Object.entries(sizes)) {
        if (size !== undefined) expect({ name, size }).toEqual({ name, size: printed[name]!.length });
      }
    });
  },
);

describe.each(jdks.map((jdk) => [jdk.version, jdk] as const))(
  "heap questions on JDK %i",
  (version, jdk: Jdk) => {
    it("skips to a later element without losing one", async () => {
      const heap = await openFile(leakDump(jdk, "Gallery"));
      const [gallery] = heap.classes.findByName("leaks.Gallery");
      for (const name of ["hashMap", "arrayList", "arrayDeque", "treeMap", "linkedList", "copyOnWriteList"]) {
        const object = staticReferenceIn(heap, gallery!, name)!;
        const all = [...entriesOf(heap, object)];
        expect([...entriesOf(heap, object, 3)], name).toEqual(all.slice(3));
      }
    });

    it("shows the threads, stacks and locals that jcmd and VisualVM show", async () => {
      const dump = leakDump(jdk, "Stacks");
      const heap = await openFile(dump);
      const threads = threadsOf(heap, unwatched);
      const byName = new Map(threads.map((thread) => [thread.name, thread]));
      const printed = readFileSync(`${dump}.threads.txt`, "utf8");
      for (let number = 0; number < 5; number++) {
        const thread = byName.get(`report-${number}`)!;
        expect(thread).toMatchObject({
          state: "waiting",
          daemon: number !== 3,
          priority: number === 4 ? 7 : 5,
          virtual: false,
        });
        // jcmd writes modules and versions in front of file names.
        expect(thread.frames.map((frame) => withoutModule(frameText(frame)))).toEqual(
          framesOf(printed, thread.name),
        );
        const hold = thread.frames.findIndex(({ method }) => method === "hold");
        const arrays = (localsOf(heap, thread.serial).get(hold) ?? []).filter(
          ({ object }) => heap.classNameOf(object) === "byte[]",
        );
        expect(arrays.map(({ object }) => heap.lengthOf(object))).toEqual([10 * 1024 * (number + 1)]);
        expect(thread.retainedBytes).toBeGreaterThan(10 * 1024 * (number + 1));
      }
      const judged = visualVmThreads(jdk, dump);
      for (const thread of threads.filter(({ serial, virtual }) => serial > 0 && !virtual)) {
        const { frames, locals } = judged.get(formatHex(heap.idOf(thread.object)))!;
        expect(frames.map(withoutModule), thread.name).toEqual(
          thread.frames.map((frame) => withoutModule(frameText(frame))),
        );
        for (const frame of thread.frames.keys()) {
          const own = (localsOf(heap, thread.serial).get(frame) ?? [])
            .filter(({ kind }) => kind === "java-frame")
            .map(({ object }) => formatHex(heap.idOf(object)));
          expect([...new Set(own)].sort(), `locals of frame ${frame} of ${thread.name}`).toEqual([
            ...new Set(locals.get(frame)),
          ]);
        }
      }
      const group = groupByStack(threads).find((each) =>
        each.threads.some(({ name }) => name === "report-1"),
      )!;
      expect(group.threads.map(({ name }) => name).sort()).toEqual(
        [0, 1, 2, 3, 4].map((at) => `report-${at}`),
      );
      if (version >= 21) expect(threads.filter(({ virtual }) => virtual)).toHaveLength(1);
    });

    it("knows the thread that ran out of memory", async () => {
      const heap = await openFile(leakDump(jdk, "OutOfMemory"));
      const threads = threadsOf(heap, unwatched).filter(({ outOfMemory }) => outOfMemory);
      expect(threads.map(({ name }) => name)).toEqual(["import-job"]);
    });

    it("names the field that grows, and nothing else, over two dumps and over three", async () => {
      const heaps = await Promise.all(leakDumps(jdk, "Growing", "leak", 3).map(openFile));
      const profiles = heaps.map((heap) => heapProfile(heap, unwatched));
      for (const series of [profiles.slice(0, 2), profiles]) {
        const comparison = compareProfiles(series, []);
        expect(comparison.growing.map(({ field }) => field)).toEqual([
          { className: "leaks.Growing$AuditTrail", name: "entries", static: false },
        ]);
        const steps = series.length - 1;
        expect(comparison.growing[0]!.grownObjects).toBe(1_500 * steps);
        expect(comparison.growing[0]!.growsAlways).toBe(true);
        // The JVM's own threads may have made a few texts meanwhile.
        const [grownMost] = comparison.classes;
        expect(grownMost?.className).toBe("byte[]");
        expect(grownMost?.grownObjects).toBeGreaterThanOrEqual(1_500 * steps);
        expect(grownMost?.grownObjects).toBeLessThan(1_500 * steps + 20);
        expect(comparison.collections[0]).toMatchObject({ grownElements: 1_500 * steps });
      }
      const twins = await Promise.all(leakDumps(jdk, "Growing", "healthy", 3).map(openFile));
      expect(
        compareProfiles(
          twins.map((heap) => heapProfile(heap, unwatched)),
          [],
        ).growing,
      ).toEqual([]);
    });

    it("answers queries with what the program made", async () => {
      const heap = await openFile(leakDump(jdk, "UnboundedCache"));
      const first = (text: string) => runQuery(heap, text, unwatched).rows(0, 1)[0]?.cells;
      expect(first("SELECT count(*) FROM leaks.UnboundedCache$Quote")).toEqual([20_000]);
      expect(first("select h.size, h.table.@length from java.util.HashMap h where h.size > 10000")).toEqual([
        20_000, 32_768,
      ]);
      expect(
        first("SELECT count(*) FROM java.lang.String s WHERE toString(s) LIKE 'article [0-9a-z]+'"),
      ).toEqual([20_000]);
      const keys = Array.from({ length: 20_000 }, (_, number) => number.toString(36));
      expect(first("select count(s) from java.lang.String s where s.startsWith('article 1')")).toEqual([
        keys.filter((key) => key.startsWith("1")).length,
      ]);
      expect(first("SELECT sum(q.@usedHeapSize) FROM leaks.UnboundedCache$Quote q")).toEqual([20_000 * 24]);
    });

    it("finds the classes several loaders loaded, and the properties of the JVM", async () => {
      const heap = await openFile(leakDump(jdk, "ClassLoaderLeak"));
      const names = duplicateClasses(heap).filter(({ className }) => className.startsWith("leaks."));
      expect(names.map(({ className, types }) => [className, types.length]).sort()).toEqual([
        ["leaks.ClassLoaderLeak$PluginDriver", 8],
        ["leaks.ClassLoaderLeak$PluginState", 8],
      ]);
      const properties = new Map(systemProperties(heap).map(({ name, value }) => [name, value]));
      expect(properties.get("java.specification.version")).toBe(String(version));
      expect(properties.get("java.home")).toBe(jdk.home);
    });
  },
);

/** Frames of a thread in the text of jcmd, as a stack trace writes them. */
function framesOf(text: string, name: string): string[] {
  const start = text.indexOf(`"${name}"`);
  const block = text.slice(start, text.indexOf("\n\n", start));
  return [...block.matchAll(/^\tat (.*)$/gm)].map((match) =>
    withoutModule(match[1]!.replace(/\([^()]*@[^()]*\//, "(")),
  );
}

/** Hidden classes have no file, and each tool its own way of naming them and of saying so. */
function withoutModule(frame: string): string {
  return frame
    .replace(/(\$\$Lambda)[^.]*\./, "$1.")
    .replace(/\((Unknown Source|<generated>|<unresolved string 0x0>)\)/, "()");
}
