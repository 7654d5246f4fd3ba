import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import { entriesOf } from "../../../analyzer/heap/java/collections/entries";
import { referenceIn, staticReferenceIn } from "../../../analyzer/heap/java/objects/fieldReads";
import { stringOf } from "../../../analyzer/heap/java/objects/strings";
import { threadsOf } from "../../../analyzer/heap/java/program/threads";
import { SourceService } from "../../../analyzer/session/sources/sourceService";
import { findJdks } from "../../build/javaDumps";
import { languageDump, type OtherLanguage } from "../../build/languageDumps";
import { openFile } from "../../build/openFile";

const home = mkdtempSync(join(tmpdir(), "exhume-home-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Where the program's own marks are: what a comment at the end of a line says, by line. */
function marksOf(source: string): ReadonlyMap<string, number> {
  const lines = readFileSync(source, "utf8").split("\n");
  return new Map(
    lines.flatMap((line, index) => {
      const marks = / \/\/ (.+)$/.exec(line)?.[1]?.split(", ") ?? [];
      return marks.map((mark) => [mark, index + 1] as const);
    }),
  );
}

/** The program keeps, in turn, a mark and the object whose class is declared there. */
function keptObjects(
  heap: Heap,
  packageName: string,
): readonly (readonly [mark: string, className: string])[] {
  const [holder] = [`${packageName}.Kept`, `${packageName}.Kept$`]
    .flatMap((name) => heap.classes.findByName(name))
    .filter((type) => listOf(heap, type) !== undefined);
  const objects = [...entriesOf(heap, listOf(heap, holder!)!)].map(({ value }) => heap.indexOf(value)!);
  const pairs: [string, string][] = [];
  for (let at = 0; at < objects.length; at += 2) {
    pairs.push([stringOf(heap, objects[at]!, 100)!, heap.classNameOf(objects[at + 1]!)]);
  }
  return pairs;
}

/** A static field, or a field of the one object of a Scala `object`. */
function listOf(heap: Heap, holder: Parameters<typeof staticReferenceIn>[1]): ObjectIndex | undefined {
  const field = staticReferenceIn(heap, holder, "objects");
  if (field !== undefined) return field;
  const module = staticReferenceIn(heap, holder, "MODULE$");
  return module === undefined ? undefined : referenceIn(heap, module, "objects");
}

function hasField(heap: Heap, className: string, field: string): boolean {
  return heap.classes
    .findByName(className)
    .some((type) =>
      [...heap.classes.instanceFieldsOf(type), ...heap.classes.staticFieldsOf(type)].some(
        ({ name }) => name === field,
      ),
    );
}

describe.each([
  ["kotlin", "shop.orders"],
  ["scala", "shop.ledger"],
  ["groovy", "shop.audits"],
] as const satisfies readonly (readonly [OtherLanguage, string])[])(
  "a program of %s",
  (language, packageName) => {
    // Its compiler runs on every JVM, but knows those that were there when it was made.
    const jdk = findJdks()[0]!;
    const opened = (async () => {
      const { dump, source } = await languageDump(language, jdk);
      const service = new SourceService({ HOME: home, XDG_CACHE_HOME: home });
      // The folder has the other languages' programs too, with classes of the same simple names.
      service.setRoots([dirname(source)]);
      const { answers } = service;
      const first = (found: {
        readonly locations: readonly { readonly path: string; readonly line: number }[];
      }) => {
        const [best] = found.locations;
        return best === undefined ? "nowhere" : `${basename(best.path)}:${best.line}`;
      };
      return { heap: await openFile(dump), source, marks: marksOf(source), answers, first };
    })();

    it("leads from every class in its dump to the line that declares it", async () => {
      const { heap, source, marks, answers, first } = await opened;
      const kept = keptObjects(heap, packageName);
      expect(kept.length).toBeGreaterThan(7);
      const found = new Map<string, string>();
      for (const [mark, className] of kept) {
        found.set(`${mark}: ${className}`, first(await answers["source/class"]({ className }, unwatched)));
      }
      const file = basename(source);
      const wanted = kept.map(([mark, className]) => {
        // What is made at run time has no declaration of its own.
        const line = className.includes("$$Lambda") ? "made at run time" : marks.get(mark);
        return [`${mark}: ${className}`, `${file}:${line}`] as const;
      });
      expect([...found].filter(([name]) => !name.includes("$$Lambda"))).toEqual(
        wanted.filter(([name]) => !name.includes("$$Lambda")),
      );
      for (const [name, place] of found) expect(place, name).toMatch(new RegExp(`^${file}:\\d+$`));
    });

    it("leads from the fields of its dump to their lines", async () => {
      const { heap, source, marks, answers, first } = await opened;
      const found: string[] = [];
      const wanted: string[] = [];
      for (const [mark, line] of marks) {
        const [, of, field] = /^field (.+)\.([^.]+)$/.exec(mark) ?? [];
        if (field === undefined) continue;
        const className = `${packageName}.${of}`;
        expect(hasField(heap, className, field), `${className} has ${field} in the dump`).toBe(true);
        found.push(`${mark} ${first(await answers["source/field"]({ className, field }, unwatched))}`);
        wanted.push(`${mark} ${basename(source)}:${line}`);
      }
      expect(wanted.length).toBeGreaterThan(3);
      expect(found).toEqual(wanted);
    });

    it("leads from the frames of its stack to their lines, and without lines to the methods", async () => {
      const { heap, source, marks, answers, first } = await opened;
      const file = basename(source);
      const thread = threadsOf(heap, unwatched).find(({ name }) => name === "orders")!;
      const frames = thread.frames.filter(
        (frame) => frame.className.startsWith(`${packageName}.`) && frame.line > 0 && frame.file === file,
      );
      const onStack = new Set<string>();
      for (const { className, method, line } of frames) {
        const name = `${className.slice(packageName.length + 1)}.${method}`;
        onStack.add(name);
        const frame = { className, method, file };
        expect(first(await answers["source/frame"]({ ...frame, line }, unwatched)), name).toBe(
          `${file}:${line}`,
        );
        const declared = first(await answers["source/frame"](frame, unwatched));
        const marked = marks.get(`method ${name}`);
        if (marked !== undefined) expect(`${name} ${declared}`).toBe(`${name} ${file}:${marked}`);
        else expect(declared, name).toMatch(new RegExp(`^${file}:\\d+$`));
      }
      const marked = [...marks.keys()].filter((mark) => mark.startsWith("method "));
      expect(marked.length).toBeGreaterThan(2);
      expect(marked.filter((mark) => !onStack.has(mark.slice("method ".length)))).toEqual([]);
    });
  },
);
