import { formatBytes, formatCount, formatQuantity, formatShare } from "../../../../base/figures";
import type { Work } from "../../../../base/work";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { stringOf } from "../../objects/strings";
import { isApplicationClass } from "../../paths/applicationClasses";
import { type CommonHolder, commonHolders } from "../../paths/commonHolders";
import { applicationHoldingOf } from "../../paths/holders";
import { duplicateStrings, mayStringsWaste } from "../../waste/duplicates";
import type { LeakContext } from "../leakContext";
import type { LeakFinding } from "../suspect";
import { fieldNameOf } from "./collectionFinding";

const fix =
  "Share equal strings where they are read (a Map of known values, String.intern, an enum), or let G1 do it: -XX:+UseStringDeduplication.";

/** Copies are waste, which has a view of its own; only where they are much of the heap are they what fills it. */
const leastShare = 0.4;
/** A heap full of different names each there twice is ordinary; a few texts a thousand times are not. */
const leastCopies = 1_000;
const leastShareOfFew = 0.5;
/** The few contents that make up most of the waste are followed to their holders. */
const followedGroups = 20;
const followedStrings = 400;

/** The same text over and over, each time a string of its own. */
export function duplicateStringsHeld({ heap, totalBytes, work }: LeakContext): LeakFinding[] {
  if (!mayStringsWaste(heap, leastShare * totalBytes, work)) return [];
  const duplicates = duplicateStrings(heap, { maximumRead: 1_000_000, maximumGroups: followedGroups }, work);
  const { wastedBytes } = duplicates;
  const groups = duplicates.groups;
  const top = groups[0];
  if (top === undefined) return [];
  const share = wastedBytes / Math.max(1, totalBytes);
  if (top.count < leastCopies || share < leastShare) return [];
  const wastedByFew = groups.reduce((sum, group) => sum + group.wastedBytes, 0);
  if (wastedByFew <= leastShareOfFew * wastedBytes) return [];
  const followed = duplicates.copies(followedStrings, work);
  const field = holderOf(heap, followed, work);
  const evidence = [
    `${formatQuantity(duplicates.objects, "string")} have a double; one of each would save ${formatBytes(wastedBytes)} (${formatShare(share, 1)})`,
    ...groups
      .slice(0, 3)
      .map(
        (group) =>
          `${formatCount(group.count)} × "${stringOf(heap, group.example, 60) ?? "?"}", ${formatBytes(group.wastedBytes)}`,
      ),
  ];
  if (field !== undefined) {
    evidence.push(
      `most are held by ${field.holding.className}.${field.holding.field} (${formatShare(field.share, 1)} of those followed)`,
    );
  }
  return [
    {
      shape: "duplicate-strings",
      kind: "group",
      // A copy that the field holds: the first one may be the constant in the code.
      object: field?.example ?? top.example,
      className: "java.lang.String",
      objects: duplicates.objects,
      retainedBytes: wastedBytes,
      ...(field === undefined ? {} : { field: fieldNameOf(field.holding) }),
      parts: [
        sharePart(share),
        elementsPart(duplicates.objects),
        rootPart(false, "spread over many holders"),
        shapePart(32, "a few texts, thousands of times"),
      ],
      evidence,
      fix,
      members: followed,
      explains: [],
    },
  ];
}

/** Strings followed further, to a field of the application. */
const followedFar = 100;

/** The field that holds most of them: the application's, where the direct ones are a map's nodes or a library's. */
function holderOf(heap: Heap, strings: readonly ObjectIndex[], work: Work): CommonHolder | undefined {
  const [direct] = commonHolders(heap, strings, work);
  if (direct === undefined || isApplicationClass(direct.holding.className)) return direct;
  const stride = Math.max(1, Math.floor(strings.length / followedFar));
  const some = strings.filter((_, position) => position % stride === 0);
  return commonHolders(heap, some, work, applicationHoldingOf)[0];
}
