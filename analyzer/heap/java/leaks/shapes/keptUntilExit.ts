import { formatQuantity } from "../../../../base/figures";
import { retainedTogether } from "../../../graph/paths/dominatorChain";
import { elementsPart, rootPart, shapePart, sharePart } from "../../../graph/suspects/scoring";
import type { Heap, ObjectIndex } from "../../../heap";
import { collectionSizeOf } from "../../collections/collection";
import { entriesOf } from "../../collections/entries";
import { staticReferenceIn } from "../../objects/fieldReads";
import type { LeakContext } from "../leakContext";
import type { LeakFinding, ShapeId } from "../suspect";

/** A list of the JDK that is worked off when the JVM ends, and not before. */
interface ExitList {
  readonly className: string;
  readonly field: string;
  readonly shape: ShapeId;
  readonly least: number;
  readonly leastShare: number;
  /** One of them, in words. */
  readonly noun: string;
  readonly plural: string;
  readonly why: string;
  readonly fix: string;
}

const exitLists: readonly ExitList[] = [
  {
    className: "java.lang.ApplicationShutdownHooks",
    field: "hooks",
    shape: "shutdown-hooks",
    least: 200,
    leastShare: 0.01,
    noun: "shutdown hook",
    plural: "shutdown hooks",
    why: "shutdown hooks by the hundred",
    fix: "Take the hook out again when what it closes is closed (Runtime.removeShutdownHook), or let one hook close all.",
  },
  {
    className: "java.io.DeleteOnExitHook",
    field: "files",
    shape: "delete-on-exit",
    least: 2_000,
    leastShare: 0.02,
    noun: "file to be deleted",
    plural: "files to be deleted",
    why: "files to be deleted at the end by the thousand: a name stays also when its file is gone",
    fix: "Delete a file when it is no longer needed (try … finally, DELETE_ON_CLOSE), or give all of them one folder that is deleted at the end: File.deleteOnExit cannot be taken back.",
  },
];

const provingShare = 0.1;

/** What was handed to the end of the JVM and cannot go before. */
export function keptUntilExit(context: LeakContext): LeakFinding[] {
  return exitLists.flatMap((list) => {
    const [type] = context.heap.classes.findByName(list.className);
    const collection = type === undefined ? undefined : staticReferenceIn(context.heap, type, list.field);
    return collection === undefined ? [] : judge(context, collection, list);
  });
}

function judge({ heap, totalBytes }: LeakContext, collection: ObjectIndex, list: ExitList): LeakFinding[] {
  const { shape, noun, plural, why, fix, least, leastShare } = list;
  const count = collectionSizeOf(heap, collection)?.size ?? 0;
  if (count < least) return [];
  const members = keysIn(heap, collection);
  const bytes = retainedTogether(heap, [collection, ...members]);
  const share = bytes / Math.max(1, totalBytes);
  if (share < leastShare) return [];
  const className = heap.classNameOf(collection);
  return [
    {
      shape,
      kind: "object",
      object: collection,
      className,
      objects: 1,
      retainedBytes: bytes,
      field: { className: list.className, name: list.field, static: true },
      accumulation: { object: collection, className, retainedBytes: bytes, elements: count },
      parts: [
        sharePart(share),
        elementsPart(count, 10),
        rootPart(true, "kept until the JVM ends"),
        { ...shapePart(40, why), proves: share >= provingShare },
      ],
      evidence: [
        `${formatQuantity(count, noun, plural)} wait for the end of the JVM; a program has a handful`,
        why,
      ],
      fix,
      explains: [collection, ...members],
    },
  ];
}

const mostMembers = 200_000;

function keysIn(heap: Heap, collection: ObjectIndex): ObjectIndex[] {
  const members: ObjectIndex[] = [];
  for (const { key, value } of entriesOf(heap, collection)) {
    if (members.length >= mostMembers) break;
    const member = heap.indexOf(key ?? value);
    if (member !== undefined) members.push(member);
  }
  return members;
}
