import { formatBytes, formatBytesOrDash, formatCount, formatQuantity, formatShare } from "../../base/figures";
import type { AllocationSiteRow } from "../../protocol/heap/allocations";
import { reachabilityNames } from "../../protocol/heap/histogram";
import type { LoaderRow } from "../../protocol/heap/loaders";
import type { DuplicatesResult, WasteHolderRow } from "../../protocol/heap/waste";

import { everyRow, heapListVerb, type ListSection } from "./heapList";
import type { TableColumn } from "./table";

const left = (title: string): TableColumn => ({ title, align: "left" });
const text = (title: string): TableColumn => ({ title, align: "left", keep: "start" });
const right = (title: string): TableColumn => ({ title, align: "right" });
const countOrDash = (count: number | undefined): string => (count === undefined ? "—" : formatCount(count));

const loaders = heapListVerb({
  name: "loaders",
  needs: "classLoaders",
  summary:
    "List class loaders as a tree with what they loaded and retain, and classes loaded more than once.",
  async ask(session, signal) {
    const { loaders } = await session.ask("heap/loaders", {}, signal);
    const { rows } = await session.ask("heap/duplicateClasses", {}, signal);
    return { loaders, duplicateClasses: rows };
  },
  sections: ({ loaders, duplicateClasses }) => [
    {
      columns: [
        left("Loader"),
        right("Classes"),
        right("Objects"),
        right("Shallow"),
        right("Retained"),
        right("Id"),
      ],
      rows: loaderTree(loaders).map(({ loader, depth }) => [
        `${"  ".repeat(depth)}${loader.name}`,
        formatCount(loader.classes),
        formatCount(loader.objects),
        formatBytes(loader.shallowBytes),
        formatBytesOrDash(loader.retainedBytes),
        loader.objectId,
      ]),
      empty: "The dump has no class loaders.",
    },
    {
      title: "Classes loaded more than once",
      columns: [left("Class"), right("Times"), right("Objects"), text("Loaders")],
      rows: duplicateClasses.map(({ className, loaders, objects }) => [
        className,
        formatCount(loaders.length),
        formatCount(objects),
        loaders.join(", "),
      ]),
      empty: "Every class is loaded once.",
    },
  ],
});

/** Loaders below their parents; one whose parent is not in the list, or below itself, stands at the top. */
function loaderTree(loaders: readonly LoaderRow[]): { readonly loader: LoaderRow; readonly depth: number }[] {
  const byParent = new Map<string | undefined, LoaderRow[]>();
  const ids = new Set(loaders.map(({ objectId }) => objectId));
  for (const loader of loaders) {
    const { parentId } = loader;
    const parent = parentId !== undefined && ids.has(parentId) ? parentId : undefined;
    byParent.set(parent, [...(byParent.get(parent) ?? []), loader]);
  }
  const listed: { loader: LoaderRow; depth: number }[] = [];
  const seen = new Set<LoaderRow>();
  const visit = (start: readonly LoaderRow[]): void => {
    const pending = [...start].reverse().map((loader) => ({ loader, depth: 0 }));
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { loader, depth } = next;
      if (seen.has(loader)) continue;
      seen.add(loader);
      listed.push(next);
      for (const child of [...(byParent.get(loader.objectId) ?? [])].reverse())
        pending.push({ loader: child, depth: depth + 1 });
    }
  };
  visit(byParent.get(undefined) ?? []);
  visit(loaders);
  return listed;
}

const waste = heapListVerb({
  name: "waste",
  needs: "stringContents",
  summary:
    "Say what could be saved: duplicate strings and arrays, constant arrays, boxed numbers, and who holds them.",
  ask: (session, signal) => session.ask("heap/waste", {}, signal),
  sections: ({ kinds, strings, arrays }) => [
    {
      columns: [left("Kind"), right("Objects"), right("Bytes"), text("Mostly held by")],
      rows: [...kinds]
        .sort((a, b) => b.bytes - a.bytes)
        .map(({ name, objects, bytes, holders }) => [
          name,
          formatCount(objects),
          formatBytes(bytes),
          holdersText(holders),
        ]),
      empty: "No constant or empty arrays and no boxed numbers worth naming.",
    },
    duplicatesSection("Duplicate strings", strings),
    duplicatesSection("Duplicate arrays", arrays),
  ],
});

function duplicatesSection(title: string, duplicates: DuplicatesResult): ListSection {
  const { groups, objects, wastedBytes, looked, total, scrubbed, holders } = duplicates;
  const facts = [
    `${formatBytes(wastedBytes)} in ${formatQuantity(objects, "copy", "copies")}`,
    ...(scrubbed ? ["the contents of this dump were overwritten: nothing can be compared"] : []),
    ...(looked < total && !scrubbed ? [`${formatShare(looked, total)} looked at`] : []),
    ...(holders.length > 0 ? [`held by ${holdersText(holders)}`] : []),
  ];
  return {
    title,
    note: facts.join(" · "),
    columns: [right("Copies"), right("Each"), right("Wasted"), text("Value")],
    rows: groups.map(({ text, count, bytesEach, wastedBytes }) => [
      formatCount(count),
      formatBytes(bytesEach),
      formatBytes(wastedBytes),
      text,
    ]),
    empty: "None.",
  };
}

function holdersText(holders: readonly WasteHolderRow[]): string {
  return holders
    .slice(0, 3)
    .map(({ holder, share }) => `${holder} ${formatShare(share, 1)}`)
    .join(", ");
}

const collections = heapListVerb({
  name: "collections",
  needs: "collections",
  summary: "List collections by class with how full they are, and the largest.",
  ask: (session, signal) => session.ask("heap/collections", {}, signal),
  sections: ({ classes, largest, looked, total }) => [
    {
      ...(looked < total
        ? { note: `${formatQuantity(looked, "collection")} of ${formatCount(total)} looked at.` }
        : {}),
      columns: [
        left("Class"),
        right("Collections"),
        right("Empty"),
        right("Under ¼ full"),
        right("Elements"),
        right("Wasted"),
        right("In empty ones"),
      ],
      rows: classes.map((row) => [
        row.className,
        formatCount(row.collections),
        formatCount(row.empty),
        formatCount(row.byFill[0]),
        formatCount(row.elements),
        formatBytes(row.wastedBytes),
        formatBytesOrDash(row.emptyBytes),
      ]),
      empty: "The dump has no collections.",
    },
    {
      title: "Largest",
      columns: [left("Collection"), right("Elements"), right("Capacity"), right("Retained"), right("Id")],
      rows: largest.map((row) => [
        row.className,
        formatCount(row.size),
        countOrDash(row.capacity),
        formatBytesOrDash(row.retainedBytes),
        row.objectId,
      ]),
      empty: "None.",
    },
  ],
});

const unreachable = heapListVerb({
  name: "unreachable",
  needs: "objectGraph",
  summary: "Count by class what no strong reference reaches: softly, weakly reachable, garbage.",
  ask: (session, signal) => session.ask("heap/unreachable", {}, signal),
  sections: ({ kinds, rows, objects, shallowBytes }) => [
    {
      columns: [left("Reached"), right("Objects"), right("Shallow"), left("Which means")],
      rows: kinds
        .filter((kind) => kind.objects > 0)
        .map((kind) => [
          reachabilityNames[kind.reachability][0],
          formatCount(kind.objects),
          formatBytes(kind.shallowBytes),
          reachabilityNames[kind.reachability][1],
        ]),
      empty: "The heap is empty.",
    },
    {
      title: "Not strongly reachable",
      note: `${formatQuantity(objects, "object")}, ${formatBytes(shallowBytes)}`,
      columns: [left("Class"), left("Reached"), right("Objects"), right("Shallow")],
      rows: rows.map((row) => [
        row.filler === undefined ? row.className : `${row.className} (${row.filler})`,
        reachabilityNames[row.reachability][0],
        formatCount(row.objects),
        formatBytes(row.shallowBytes),
      ]),
      empty: "Every object is strongly reachable.",
    },
  ],
});

const references = heapListVerb({
  name: "references",
  needs: "referenceObjects",
  summary: "Count soft, weak, phantom and finalizer references, and what only they keep.",
  ask: (session, signal) => session.ask("heap/references", {}, signal),
  sections: ({ kinds }) => [
    {
      columns: [
        left("References"),
        right("Number"),
        right("Cleared"),
        right("Only so reachable"),
        right("Their size"),
      ],
      rows: kinds.map((row) => [
        row.kind,
        formatCount(row.references),
        formatCount(row.cleared),
        countOrDash(row.onlySoftly),
        formatBytesOrDash(row.onlySoftlyBytes),
      ]),
      empty: "The dump has no reference objects.",
    },
    ...kinds
      .filter(({ classes }) => classes.length > 0)
      .map(
        ({ kind, classes }): ListSection => ({
          title: `Referents of ${kind} references`,
          columns: [left("Class"), right("References"), right("Only so reachable"), right("Their size")],
          rows: classes.map((row) => [
            row.className,
            formatCount(row.references),
            countOrDash(row.onlySoftly),
            formatBytesOrDash(row.onlySoftlyBytes),
          ]),
          empty: "None.",
        }),
      ),
  ],
});

const properties = heapListVerb({
  name: "properties",
  needs: "systemProperties",
  summary: "List system properties, JVM flags and versions, as far as the heap holds them.",
  ask: (session, signal) => session.ask("heap/systemProperties", {}, signal),
  sections: ({ rows }) => [
    {
      columns: [left("Name"), right("From"), text("Value")],
      rows: rows.map(({ name, value, source }) => [name, source, value]),
      empty: "The heap holds no system properties.",
    },
  ],
});

const allocations = heapListVerb({
  name: "allocations",
  needs: "allocationSites",
  summary: "List where objects were allocated, in dumps of a JVM that ran with an allocation profiler.",
  async ask(session, signal) {
    const { recorded, rows } = await session.ask("heap/allocationSites", everyRow, signal);
    return { recorded, sites: rows };
  },
  sections: ({ sites }) => [
    {
      columns: [
        left("Allocated in"),
        right("Objects"),
        right("Shallow"),
        right("Ever allocated"),
        right("Class"),
      ],
      rows: sites.map((site) => [
        siteText(site),
        formatCount(site.objects),
        formatBytes(site.shallowBytes),
        formatBytesOrDash(site.allocatedBytes),
        site.classes[0]?.className ?? "",
      ]),
      empty:
        "This dump has no allocation sites. JVMs record them when they run with an allocation profiler, such as -agentlib:hprof of JDK 8 and before.",
    },
  ],
});

function siteText({ frames }: AllocationSiteRow): string {
  const top = frames[0];
  if (top === undefined) return "(no stack)";
  const line = top.file === undefined ? "" : ` (${top.file}${top.line > 0 ? `:${top.line}` : ""})`;
  return `${top.className}.${top.method}${line}`;
}

/** Verbs that list one thing each of a heap dump, by their names. */
export const heapLists = {
  loaders,
  waste,
  collections,
  references,
  unreachable,
  properties,
  allocations,
};
