import { assertUnreachable } from "../../base/assert";
import { dictionary } from "../../base/dictionary";
import type { MemoryMapText } from "../../formats/texts/memoryMap";
import { type NmtReport, nmtCategoryOrUndefined } from "../../formats/texts/nmt";
import type { SavedText } from "../../formats/texts/savedText";
import type { PrintedStackGroup } from "../../formats/texts/stackGroups";
import type { Evidence, ThreadGroupEvidence } from "./evidence";
import { gcTrendOf } from "./gcTrend";

/** Beyond this the ranges are left out: the account then works with totals only. */
const mostRanges = 100_000;

/** What a saved text contributes. */
export function evidenceOfText(text: SavedText, source: string): Evidence {
  switch (text.kind) {
    case "nmt":
      return evidenceOfNmt(text, source);
    case "memoryMap":
      return evidenceOfMap(text, source);
    case "procStatus": {
      const { rssBytes, rssAnonymousBytes, rssFileBytes, swapBytes, threads } = text;
      return {
        source,
        kind: "status",
        ...(rssBytes === undefined
          ? {}
          : {
              rss: {
                bytes: rssBytes,
                ...(rssAnonymousBytes === undefined ? {} : { anonymousBytes: rssAnonymousBytes }),
                ...(rssFileBytes === undefined ? {} : { fileBytes: rssFileBytes }),
                ...(swapBytes === undefined ? {} : { swapBytes }),
                exact: true,
              },
            }),
        ...(threads === undefined ? {} : { threads: { what: "native", count: threads } }),
        // The launcher; a JVM inside another program does not show here.
        ...(text.name === "java" ? { isJvm: true } : {}),
      };
    }
    case "gcLog": {
      const last = text.collections.at(-1);
      return {
        source,
        kind: "GC log",
        collections: gcTrendOf(text),
        heap: {
          ...(last === undefined ? {} : { usedBytes: last.afterBytes }),
          ...(last === undefined || last.heapBytes === 0 ? {} : { committedBytes: last.heapBytes }),
          ...(text.heapMaxBytes === undefined ? {} : { maxBytes: text.heapMaxBytes }),
        },
      };
    }
    case "threadDump":
      return {
        source,
        kind: "thread dump",
        threads: { what: "java", count: text.threads, ...largestOf(text.groups) },
        threadGroups: groupNames(text.groups),
      };
    case "goroutines":
      return {
        source,
        kind: "goroutine dump",
        threads: { what: "goroutine", count: text.goroutines, ...largestOf(text.groups) },
        threadGroups: groupNames(text.groups),
      };
    default:
      return assertUnreachable(text);
  }
}

function evidenceOfNmt(report: NmtReport, source: string): Evidence {
  const heap = nmtCategoryOrUndefined(report, "Java Heap");
  const threads = nmtCategoryOrUndefined(report, "Thread")?.threads;
  const classes = nmtCategoryOrUndefined(report, "Class")?.classes;
  return {
    source,
    kind: "NMT",
    // A report without categories (tracking was off, or cut short) says that it is a JVM, nothing else.
    ...(report.categories.length === 0
      ? {}
      : {
          categories: report.categories.map((category) => ({
            name: category.name,
            committedBytes: category.committedBytes,
            reservedBytes: category.reservedBytes,
            mallocBytes: category.mallocBytes + category.arenaBytes,
            ...(category.committedChangeBytes === undefined
              ? {}
              : { changeBytes: category.committedChangeBytes }),
            exact: true,
          })),
        }),
    ...(heap === undefined
      ? {}
      : { heap: { committedBytes: heap.committedBytes, maxBytes: heap.reservedBytes } }),
    ...(threads === undefined ? {} : { threads: { what: "native", count: threads } }),
    ...(classes === undefined ? {} : { loadedClasses: classes }),
    ...(report.reservations.length === 0 || report.reservations.length > mostRanges
      ? {}
      : {
          reservations: report.reservations.map(({ start, end, category }) => ({
            start: Number(start),
            end: Number(end),
            category: categoryOfRange(category),
          })),
        }),
  };
}

/** The virtual memory map says `Thread Stack` for what the summary adds to `Thread`. */
function categoryOfRange(name: string): string {
  return name === "Thread Stack" ? "Thread" : name;
}

/** `System.map` abbreviates; these are NMT's names for its tags. */
const ownerNames: Readonly<Record<string, string>> = dictionary({
  JAVAHEAP: "Java Heap",
  CLASS: "Class",
  META: "Metaspace",
  CODE: "Code",
  GC: "GC",
  CARDTBL: "GC",
  CDS: "Shared class space",
  INTERN: "Internal",
  STACK: "Thread",
  POLL: "Safepoint",
});

function evidenceOfMap(map: MemoryMapText, source: string): Evidence {
  const { rssBytes, anonymousBytes, swapBytes } = map.totals;
  const mappings = map.mappings.filter(
    (mapping) => mapping.rssBytes !== undefined && mapping.end < 1n << 53n,
  );
  const owned = map.mappings.filter((mapping) => mapping.owner !== undefined && mapping.end < 1n << 53n);
  const isJvm = map.mappings.some(({ name }) => /(?:^|\/)libjvm\.so(?: \(deleted\))?$/.test(name));
  return {
    source,
    kind: "memory map",
    ...(isJvm ? { isJvm } : {}),
    ...(rssBytes === undefined
      ? {}
      : {
          rss: {
            bytes: rssBytes,
            ...(anonymousBytes === undefined
              ? {}
              : { anonymousBytes, fileBytes: Math.max(0, rssBytes - anonymousBytes) }),
            ...(swapBytes === undefined ? {} : { swapBytes }),
            exact: true,
          },
        }),
    ...(mappings.length === 0 || mappings.length > mostRanges
      ? {}
      : {
          mappings: mappings.map((mapping) => ({
            start: Number(mapping.start),
            end: Number(mapping.end),
            name: mapping.name,
            writable: mapping.permissions.includes("w"),
            rssBytes: mapping.rssBytes!,
          })),
        }),
    ...(owned.length === 0 || owned.length > mostRanges
      ? {}
      : {
          reservations: owned.map((mapping) => {
            const tag = mapping.owner!.split(/[-, ]/)[0]!;
            return {
              start: Number(mapping.start),
              end: Number(mapping.end),
              category: ownerNames[tag] ?? tag,
            };
          }),
        }),
  };
}

function largestOf(groups: readonly PrintedStackGroup[]): { readonly largestGroup?: ThreadGroupEvidence } {
  // Threads without frames are the JVM's own: they have nothing in common but that.
  const group = groups.find((each) => each.frames.length > 0);
  if (group === undefined) return {};
  return {
    largestGroup: {
      count: group.count,
      frames: group.frames.slice(0, 12),
      states: group.states.slice(0, 3).map(({ state }) => state),
      ...(group.namePatterns[0] === undefined || group.namePatterns[0].pattern === "goroutine #"
        ? {}
        : { namePattern: group.namePatterns[0].pattern }),
      ...(group.createdBy === undefined ? {} : { createdBy: group.createdBy }),
    },
  };
}

function groupNames(groups: readonly PrintedStackGroup[]): { name: string; count: number }[] {
  return groups.slice(0, 200).map((group) => ({
    name: `${group.namePatterns[0]?.pattern ?? ""}: ${group.frames.slice(0, 4).join(" < ") || "no frames"}`,
    count: group.count,
  }));
}
