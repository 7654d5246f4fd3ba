import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { ClassIndex, Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import { collectionStatistics } from "../../../analyzer/heap/questions/collectionStatistics";
import { collectionSizeOf, shapeOf } from "../../../analyzer/heap/questions/collections/collection";
import { entriesOf } from "../../../analyzer/heap/questions/collections/entries";
import { staticReferenceIn, stringIn } from "../../../analyzer/heap/questions/fieldReads";
import { findJdks } from "../../build/javaDumps";
import { libraryDump } from "../../build/libraryDumps";
import { openFile } from "../../build/openFile";

/** As the program prints it: collections inside collections in braces, sorted, for order is the library's business. */
function textOf(heap: Heap, id: bigint): string {
  const object = heap.indexOf(id);
  if (object === undefined) return "null";
  const text = heap.stringOf(object, 100) ?? stringIn(heap, object, "name");
  return text ?? `{${contentsOf(heap, object).join("+")}}`;
}

function contentsOf(heap: Heap, object: ObjectIndex): string[] {
  return [...entriesOf(heap, object)]
    .map(({ key, value }) =>
      key === undefined ? textOf(heap, value) : `${textOf(heap, key)}=${textOf(heap, value)}`,
    )
    .sort();
}

function sortedInside(text: string): string {
  return text.replace(/\{([^{}]*)\}/g, (_, inner: string) => `{${inner.split("+").sort().join("+")}}`);
}

const jdk = findJdks().at(-1)!;

describe("collections of Kotlin, Scala, Guava and Caffeine", () => {
  it("have the kind, the number of entries and the entries that the library itself says", async () => {
    const { dump, output } = await libraryDump(jdk, "LibraryGallery", [
      "kotlin",
      "scala",
      "guava",
      "guavaFailureAccess",
      "caffeine",
    ]);
    const heap = await openFile(dump);
    const [gallery] = heap.classes.findByName("LibraryGallery");
    const printed: Record<string, unknown> = {};
    const found: Record<string, unknown> = {};
    for (const line of output.trim().split("\n")) {
      const [name, kind, contents] = line.split("\t");
      const expected = contents!.split("|").map(sortedInside).sort();
      const object = staticReferenceIn(heap, gallery!, name!)!;
      const size = collectionSizeOf(heap, object)?.size ?? expected.length;
      printed[name!] = { kind, size: expected.length, contents: expected };
      found[name!] = { kind: shapeOf(heap, object)?.kind, size, contents: contentsOf(heap, object) };
    }
    expect(Object.keys(printed).length).toBeGreaterThan(65);
    expect(found).toEqual(printed);
    // A cell of a Scala list is a list itself: each is counted once, with the first one.
    const isList = (type: ClassIndex) =>
      heap.classes.nameOf(type) === "scala.collection.immutable.$colon$colon";
    const lists = collectionStatistics(heap, 4, unwatched).classes.find(({ type }) => isList(type))!;
    expect(lists.elements).toBeGreaterThanOrEqual(19);
    expect(lists.elements).toBeLessThan(2 * heap.classes.instanceCountOf(lists.type));
  });
});
