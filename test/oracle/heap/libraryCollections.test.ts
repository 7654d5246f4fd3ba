import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { ClassIndex, Heap, ObjectIndex } from "../../../analyzer/heap/heap";
import { collectionStatistics } from "../../../analyzer/heap/questions/collectionStatistics";
import { walkedElements } from "../../../analyzer/heap/questions/collections/checkpoints";
import { collectionSizeOf, shapeOf } from "../../../analyzer/heap/questions/collections/collection";
import { entriesOf } from "../../../analyzer/heap/questions/collections/entries";
import { staticReferenceIn, stringIn } from "../../../analyzer/heap/questions/fieldReads";
import { entryPart } from "../../../analyzer/heap/questions/inspector";
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
    const [gallery] = heap.classes.findByName("LibraryGallery");
    const lines = output.trim().split("\n");
    expect(lines.length).toBeGreaterThan(70);
    for (const line of lines) {
      const [name, kind, contents] = line.split("\t");
      const expected = contents!.split("|").map(sortedInside).sort();
      const object = staticReferenceIn(heap, gallery!, name!)!;
      const size = collectionSizeOf(heap, object)?.size ?? expected.length;
      expect({ name, kind: shapeOf(heap, object)?.kind, size, contents: contentsOf(heap, object) }).toEqual({
        name,
        kind,
        size: expected.length,
        contents: expected,
      });
    }
    // A cell of a Scala list is a list itself: each is counted once, with the first one.
    const isList = (type: ClassIndex) =>
      heap.classes.nameOf(type) === "scala.collection.immutable.$colon$colon";
    const lists = collectionStatistics(heap, 4, unwatched).classes.find(({ type }) => isList(type))!;
    expect(lists.elements).toBeGreaterThanOrEqual(19);
    expect(lists.elements).toBeLessThan(2 * heap.classes.instanceCountOf(lists.type));
  });
});
