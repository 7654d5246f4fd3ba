import { formatBytes, formatQuantity, formatShare } from "../../../base/figures";
import type { Heap, ObjectIndex } from "../../heap";
import { type DuplicateGroup, duplicateStrings } from "../../questions/duplicates";
import { referenceIn } from "../../questions/fieldReads";
import { hashOfBytes } from "../../questions/hashing";
import { type Holding, holdingOf } from "../../questions/holders";
import { classFlags, forEachInstanceOf } from "../../questions/instances";
import type { LeakContext } from "../leakContext";
import { elementsPart, rootPart, shapePart, sharePart } from "../scoring";
import type { Finding } from "../suspect";
import { fieldPlace } from "./collectionFinding";

const fix =
  "Share equal strings where they are read (a Map of known values, String.intern, an enum), or let G1 do it: -XX:+UseStringDeduplication.";

const leastShare = 0.08;
/** A text that is there a thousand times is worth a word at this share. */
const leastShareOfFew = 0.02;
const manyCopies = 1_000;
const leastBytes = 256 * 1024;
/** The few contents that make up most of the waste are followed to their holders. */
const followedGroups = 20;
const followedStrings = 400;

/** The same text over and over, each time a string of its own. */
export function duplicateStringsHeld({ heap, totalBytes, work }: LeakContext): Finding[] {
  const duplicates = duplicateStrings(heap, { maximumRead: 1_000_000, maximumGroups: followedGroups }, work);
  const { wastedBytes } = duplicates;
  const groups = duplicates.groups;
  const top = groups[0];
  if (top === undefined) return [];
  const least = top.count >= manyCopies ? leastShareOfFew : leastShare;
  if (wastedBytes < Math.max(leastBytes, least * totalBytes)) return [];
  const share = wastedBytes / Math.max(1, totalBytes);
  const topShare = groups.reduce((sum, group) => sum + group.wastedBytes, 0) / wastedBytes;
  const holders = holdersOf(heap, groups, work.throwIfCancelled, (visit) =>
    forEachInstanceOf(
      heap,
      classFlags(heap, (type) => heap.classes.nameOf(type) === "java.lang.String"),
      work,
      "Looking who holds duplicate strings",
      visit,
    ),
  );
  const field = holders[0];
  const evidence = [
    `${formatQuantity(duplicates.objects, "string")} have a double; one of each would save ${formatBytes(wastedBytes)} (${formatShare(share, 1)})`,
    ...groups
      .slice(0, 3)
      .map(
        (group) =>
          `${group.count.toLocaleString("en-US")} × "${heap.stringOf(group.example, 60) ?? "?"}", ${formatBytes(group.wastedBytes)}`,
      ),
  ];
  if (field !== undefined) {
    evidence.push(
      `most are held by ${field.holding.className}.${field.holding.field} (${formatShare(field.share, 1)} of those followed)`,
    );
  }
  // A heap full of different names each there twice is ordinary; a few texts a thousand times are not.
  const points = topShare > 0.5 && top.count >= manyCopies ? 32 : 10;
  return [
    {
      shape: "duplicate-strings",
      kind: "group",
      object: top.example,
      className: "java.lang.String",
      objects: duplicates.objects,
      retainedBytes: wastedBytes,
      ...(field === undefined ? {} : { field: fieldPlace(field.holding) }),
      parts: [
        sharePart(share),
        elementsPart(duplicates.objects),
        rootPart(false, "spread over many holders"),
        shapePart(
          points,
          topShare > 0.5 ? "a few texts, thousands of times" : "many texts, a few times each",
        ),
      ],
      evidence,
      fix,
      explains: [],
    },
  ];
}

/** Fields that hold the most wasteful duplicates, most frequent first. */
function holdersOf(
  heap: Heap,
  groups: readonly DuplicateGroup[],
  check: () => void,
  forEachString: (visit: (object: ObjectIndex) => void) => void,
): { holding: Holding; share: number }[] {
  const wanted = new Set(groups.map(({ example }) => contentsKey(heap, example)));
  const followed: ObjectIndex[] = [];
  let position = 0;
  forEachString((string) => {
    // Every 16th is enough to choose from, and the sweep stays short.
    if (followed.length >= followedStrings || position++ % 16 !== 0) return;
    if (heap.retainedSizeOf(string) > 0 && wanted.has(contentsKey(heap, string))) followed.push(string);
  });
  const counts = new Map<string, { holding: Holding; count: number }>();
  for (const [at, string] of followed.entries()) {
    if (at % 32 === 0) check();
    const holding = holdingOf(heap, string);
    if (holding === undefined) continue;
    const name = holding.reference.kind === "element" ? "[]" : holding.field;
    const key = `${holding.className}.${name}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { holding: { ...holding, field: name }, count: 1 });
    else known.count++;
  }
  return [...counts.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ holding, count }) => ({ holding, share: count / followed.length }));
}

function contentsKey(heap: Heap, string: ObjectIndex): number {
  const array = referenceIn(heap, string, "value");
  if (array === undefined) return -1;
  const length = heap.lengthOf(array);
  return hashOfBytes(heap.primitiveBytesOf(array, 0, Math.min(length, 4096))) + length;
}
