import { ExhumeError } from "../../base/errors";
import { formatHex } from "../../base/units";
import type { Work } from "../../base/work";
import type { HeapSpace } from "../../core/hotspot/collectors/heapSpace";
import { type HeapClass, type HeapContents, readHeapContents } from "../../core/hotspot/heapContents";
import { JavaObjects } from "../../core/hotspot/javaObjects";
import type { JavaVirtualMachine } from "../../core/hotspot/javaVirtualMachine";
import { readMetaspaceByLoader } from "../../core/hotspot/loaderMetaspace";
import { isInCollection } from "../../core/hotspot/vmActivity";
import type {
  CoreJavaHeap,
  JavaClassQuery,
  JavaClassRow,
  JavaSpaceRow,
  javaHeapRequests,
} from "../../protocol/core/javaHeap";
import type { Page } from "../../protocol/wire";
import type { AnswerTable } from "../room";
import type { CoreContext } from "./coreContext";
import { requireJvm, whyNoHeap } from "./requireJvm";

interface WalkedJvm {
  readonly jvm: JavaVirtualMachine;
  readonly contents: HeapContents;
}

/** Walked once for a core; lives as long as the core is open in this thread. */
const walked = new WeakMap<CoreContext, WalkedJvm>();

const mostBuffersShown = 1000;
const mostLoadersShown = 10_000;

/** In the long lane: the first question walks the whole heap. */
export const javaHeapAnswers: AnswerTable<CoreContext, keyof typeof javaHeapRequests> = {
  "core/javaHeap": {
    lane: "long",
    answer: (context, _params, work) => {
      const { jvm, contents } = walk(context, work);
      const { heap, directMemory } = jvm;
      return {
        jvm: jvm.version,
        collector: heap!.collector,
        usedBytes: heap!.usedBytes,
        committedBytes: heap!.committedBytes,
        reservedBytes: heap!.reservedBytes,
        spaces: spaceRows(heap!.spaces),
        objects: contents.objects,
        objectBytes: contents.bytes,
        unwalkedBytes: contents.unwalkedBytes,
        ...((contents.movedObjects > 0 || isInCollection(jvm.structs)) && {
          movedObjects: contents.movedObjects,
        }),
        classes: contents.classes.length,
        ...metaspaceIn(jvm),
        ...(directMemory === undefined ? {} : { directMemory }),
        directBuffers: contents.directBuffers.slice(0, mostBuffersShown).map((buffer) => ({
          object: formatHex(buffer.object),
          address: formatHex(buffer.address),
          capacity: buffer.capacity,
        })),
      };
    },
  },
  "core/javaClasses": {
    lane: "long",
    answer: (context, query, work) => pageOf(walk(context, work).contents.classes, query),
  },
};

function metaspaceIn({ structs, flags }: JavaVirtualMachine): Pick<CoreJavaHeap, "metaspace"> {
  const objects = JavaObjects.of(structs, flags);
  const found = objects && readMetaspaceByLoader(structs, objects);
  if (found === undefined) return {};
  const { rows, ...totals } = found;
  const loaders = rows
    .slice(0, mostLoadersShown)
    .map(({ className, ...row }) => ({ ...(className === undefined ? {} : { className }), ...row }));
  return { metaspace: { ...totals, loaders } };
}

/** @throws ExhumeError `unsupported` when the process is not a JVM, or does not say how its heap is built */
function walk(context: CoreContext, work: Work): WalkedJvm {
  let known = walked.get(context);
  if (known === undefined) {
    const jvm = requireJvm(context.image, context.path);
    const contents = readHeapContents(context.image.memory, jvm, work);
    if (contents === undefined) {
      throw new ExhumeError({ code: "unsupported", file: context.path, what: whyNoHeap(jvm) });
    }
    known = { jvm, contents };
    walked.set(context, known);
  }
  return known;
}

/** Regions that go on with the object of the one before belong to it. */
const spaceNames: ReadonlyMap<string, string> = new Map([
  ["humongous continued", "humongous"],
  ["from", "survivor"],
  ["to", "survivor"],
]);

function spaceRows(spaces: readonly HeapSpace[]): JavaSpaceRow[] {
  const rows = new Map<string, { parts: number; usedBytes: number; committedBytes: number }>();
  for (const { name: kind, start, top, end } of spaces) {
    const name = spaceNames.get(kind) ?? kind;
    const row = rows.get(name) ?? { parts: 0, usedBytes: 0, committedBytes: 0 };
    row.parts++;
    row.usedBytes += top - start;
    row.committedBytes += end - start;
    rows.set(name, row);
  }
  return [...rows]
    .map(([name, row]) => ({ name, ...row }))
    .sort((a, b) => b.committedBytes - a.committedBytes);
}

function pageOf(
  classes: readonly HeapClass[],
  { start, count, filter, sort }: Omit<JavaClassQuery, "dump">,
): Page<JavaClassRow> {
  const wanted = filter?.toLowerCase() ?? "";
  const found = classes.filter(({ name }) => wanted === "" || name.toLowerCase().includes(wanted));
  if (sort !== undefined) {
    const sign = sort.descending ? -1 : 1;
    found.sort((a, b) => sign * compareClasses(a, b, sort.column));
  }
  const part = found.slice(start, start + count);
  const rows = part.map(({ name, ...rest }) => ({ className: name, ...rest }));
  return { start, end: start + rows.length, total: found.length, rows };
}

function compareClasses(
  a: HeapClass,
  b: HeapClass,
  column: NonNullable<JavaClassQuery["sort"]>["column"],
): number {
  if (column === "className") return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
  return a[column] - b[column];
}
