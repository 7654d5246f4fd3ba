import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { ClassIndex, Heap, ObjectIndex, Value } from "../../../analyzer/heap/heap";
import { walkedElements } from "../../../analyzer/heap/java/collections/checkpoints";
import { collectionSizeOf, shapeOf } from "../../../analyzer/heap/java/collections/collection";
import { entriesOf } from "../../../analyzer/heap/java/collections/entries";
import { entryKeyOf, entryValueOf } from "../../../analyzer/heap/java/collections/entry";
import { staticReferenceIn, stringIn } from "../../../analyzer/heap/java/objects/fieldReads";
import { entryPart } from "../../../analyzer/heap/java/objects/inspector";
import { stringOf } from "../../../analyzer/heap/java/objects/strings";
import { collectionStatistics } from "../../../analyzer/heap/java/waste/collectionStatistics";
import { findJdks } from "../../build/javaDumps";
import { libraryDump } from "../../build/libraryDumps";
import { openFile } from "../../build/openFile";

/** As the program prints it: collections inside collections in braces, sorted, for order is the library's business. */
function textOf(heap: Heap, value: Value): string {
  if (value.type !== "object") return String(value.value);
  const object = heap.indexOf(value.id);
  if (object === undefined) return "null";
  const text = stringOf(heap, object, 100) ?? stringIn(heap, object, "name");
  return text ?? `{${contentsOf(heap, object).join("+")}}`;
}

function contentsOf(heap: Heap, object: ObjectIndex): string[] {
  if (heap.elementTypeOf(object) === "object") {
    const ids = heap.elementIdsOf(object, 0, heap.lengthOf(object));
    return ids.map((id) => textOf(heap, { type: "object", id })).sort();
  }
  return [...entriesOf(heap, object)]
    .map((entry) => {
      const key = entryKeyOf(entry);
      const value = textOf(heap, entryValueOf(entry));
      return key === undefined ? value : `${textOf(heap, key)}=${value}`;
    })
    .sort();
}

function sortedInside(text: string): string {
  return text.replace(/\{([^{}]*)\}/g, (_, inner: string) => `{${inner.split("+").sort().join("+")}}`);
}

/** Holds every collection of a gallery to what the program printed of it. */
function checkGallery(heap: Heap, gallery: string, output: string, least: number): void {
  const [type] = heap.classes.findByName(gallery);
  const lines = output.trim().split("\n");
  expect(lines.length).toBeGreaterThan(least);
  for (const line of lines) {
    const [name, kind, contents] = line.split("\t");
    const expected = contents!.split("|").map(sortedInside).sort();
    const object = staticReferenceIn(heap, type!, name!)!;
    const size = collectionSizeOf(heap, object)?.size ?? expected.length;
    expect({ name, kind: shapeOf(heap, object)?.kind, size, contents: contentsOf(heap, object) }).toEqual({
      name,
      kind,
      size: expected.length,
      contents: expected,
    });
  }
}

const jdk = findJdks().at(-1)!;
const galleryDump = () =>
  libraryDump(jdk, "LibraryGallery", ["kotlin", "scala", "guava", "guavaFailureAccess", "caffeine"]);

describe("collections of Kotlin, Scala, Guava and Caffeine", () => {
  it("can be paged from anywhere, big ones by checkpoints", async () => {
    const { dump, output } = await galleryDump();
    const heap = await openFile(dump);
    const [gallery] = heap.classes.findByName("LibraryGallery");
    let big = 0;
    for (const name of output
      .trim()
      .split("\n")
      .map((line) => line.split("\t")[0]!)) {
      const object = staticReferenceIn(heap, gallery!, name)!;
      const all = [...entriesOf(heap, object)];
      if (all.length > walkedElements) big++;
      const positions = [3, walkedElements + 1, 11_111, all.length - 1].filter((at) => at < all.length);
      for (const start of positions) {
        const { entries, moreToCome } = entryPart(heap, object, start, 50, unwatched);
        expect(entries, `${name} from ${start}`).toEqual(all.slice(start, start + 50));
        expect(moreToCome).toBe(start + 50 < all.length);
      }
    }
    expect(big).toBeGreaterThanOrEqual(8);
  });

  it("have the kind, the number of entries and the entries that the library itself says", async () => {
    const { dump, output } = await galleryDump();
    const heap = await openFile(dump);
    checkGallery(heap, "LibraryGallery", output, 72);
    // A cell of a Scala list is a list itself: each is counted once, with the first one.
    const isList = (type: ClassIndex) =>
      heap.classes.nameOf(type) === "scala.collection.immutable.$colon$colon";
    const lists = collectionStatistics(heap, 4, unwatched).classes.find(({ type }) => isList(type))!;
    expect(lists.elements).toBeGreaterThanOrEqual(19);
    expect(lists.elements).toBeLessThan(2 * heap.classes.instanceCountOf(lists.type));
  });
});

describe("collections of kotlinx, fastutil, Eclipse Collections, JCTools, Agrona and Apache Commons", () => {
  it("have the kind, the number of entries and the entries that the library itself says", async () => {
    const { dump, output } = await libraryDump(jdk, "FurtherGallery", [
      "kotlin",
      "kotlinxImmutable",
      "fastutil",
      "eclipseCollections",
      "eclipseCollectionsApi",
      "jctools",
      "nettyCommon",
      "agrona",
      "commonsCollections",
    ]);
    const heap = await openFile(dump);
    checkGallery(heap, "FurtherGallery", output, 50);
    // Queues come in their order, around the ends of their arrays and from one array to the next.
    for (const line of output.trim().split("\n")) {
      const [name, kind, contents] = line.split("\t");
      if (kind !== "queue") continue;
      const [type] = heap.classes.findByName("FurtherGallery");
      const entries = [...entriesOf(heap, staticReferenceIn(heap, type!, name!)!)];
      expect(
        entries.map((entry) => textOf(heap, entryValueOf(entry))),
        name,
      ).toEqual(contents!.split("|"));
    }
  });
});
