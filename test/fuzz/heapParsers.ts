import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { nothingKept, redactionLevels } from "../../analyzer/base/secrets/redactionLevel";
import { unwatched } from "../../analyzer/base/work";
import type { GraphAdapter } from "../../analyzer/heap/graph/memory/graphAdapter";
import type { NamedMemoryGraph } from "../../analyzer/heap/graph/memory/graphNames";
import type { ObjectIndex } from "../../analyzer/heap/graph/nodes";
import { graphTextAdapter } from "../../analyzer/heap/graphText/graphTextAdapter";
import { allocationSites, allocationTree } from "../../analyzer/heap/hprof/allocationSites";
import { redactDump } from "../../analyzer/heap/hprof/rewrite/redactDump";
import { symbolTexts } from "../../analyzer/heap/hprof/symbolTexts";
import { scanSecrets } from "../../analyzer/heap/java/privacy/scanSecrets";
import { phdAdapter } from "../../analyzer/heap/phd/phdAdapter";
import { v8Adapter } from "../../analyzer/heap/v8/v8Adapter";
import { openBytes } from "../build/openBytes";
import { PhdBuilder } from "../build/phdBuilder";
import { profiledDump } from "../build/profiledDump";
import { smallDump } from "../build/smallDump";
import type { FuzzedParser } from "./fuzzedParser";

const encode = (text: string) => new TextEncoder().encode(text);
const source = (bytes: Uint8Array) => new BytesSource("fuzzed", bytes);

const snapshot = {
  snapshot: {
    meta: {
      node_fields: ["type", "name", "id", "self_size", "edge_count"],
      node_types: [["synthetic", "object", "string"], "string", "number", "number", "number"],
      edge_fields: ["type", "name_or_index", "to_node"],
      edge_types: [["property", "element", "weak"], "string_or_number", "node"],
    },
    node_count: 3,
    edge_count: 3,
  },
  nodes: [0, 0, 1, 0, 1, 1, 2, 3, 16, 2, 2, 3, 5, 24, 0],
  edges: [0, 1, 5, 0, 4, 10, 1, 7, 10],
  strings: ["<dummy>", "global", "Holder", 'a "quoted" \u00e9 \\ text', "field"],
};

const graph =
  "exhume-graph 1\n# three\nnode 1 Root 16\nnode 0x2 Holder 24 of all\nnode 3 byte[] 1000\nedge 1 2 first\nweak 2 3\nroot 1 main\n";

/** Every kind of record, once in each form. */
function smallPhd(version: 4 | 5 | 6): Uint8Array {
  return new PhdBuilder({ version, is64Bit: version !== 4, isJ9: version !== 4 })
    .object(0x1000, 0x9000, [0x1040, 0x1080], "long", 7)
    .object(0x1040, 0x9000, [0x1000])
    .object(0x1080, 0x9000, [0x1000, 0x1040, 0x9000, 0x1200], "medium")
    .objectArray(0x1100, 0x9000, [0x1040, 0x1000], version === 4 ? undefined : 4, 40)
    .primitiveArray(0x1200, 1, 300, 616)
    .primitiveArray(0x1500, 6, 3, 32, 9)
    .class(0x9000, "demo/Order", 24, 0x9040, [0x1100], 11)
    .class(0x9040, "java/lang/Object", 16)
    .build();
}

/** The graph, and the names of what is in it. */
function readGraph<Columns extends { readonly graph: NamedMemoryGraph }>(
  adapter: GraphAdapter<Columns>,
  bytes: Uint8Array,
): unknown {
  const problems = new ProblemList();
  const columns = adapter.read(source(bytes), problems, unwatched);
  const names = adapter.namesOf(columns, source(bytes));
  const count = Math.min(8, columns.graph.typeByObject.length);
  const labels = Array.from({ length: count }, (_, node) => names.labelOf(node as ObjectIndex));
  return [labels, columns.graph.roots.length, problems.toArray().length];
}

function hasNoProblem(read: unknown): boolean {
  return Array.isArray(read) && read.at(-1) === 0;
}

/** Readers of heaps besides the index of a heap dump: graphs of other programs, contents, copies. */
export const heapParsers: Readonly<Record<string, FuzzedParser>> = {
  snapshots: {
    seeds: [JSON.stringify(snapshot), JSON.stringify(snapshot, null, 2)].map(encode),
    isSilent: hasNoProblem,
    read: (bytes) => readGraph(v8Adapter, bytes),
  },
  portableDumps: {
    seeds: ([4, 5, 6] as const).map((version) => smallPhd(version)),
    isSilent: hasNoProblem,
    read: (bytes) => readGraph(phdAdapter, bytes),
  },
  graphs: { seeds: [encode(graph)], read: (bytes) => readGraph(graphTextAdapter, bytes) },
  contents: {
    seeds: [smallDump().build(), profiledDump()],
    read: async (bytes) => {
      const { heap, source: dump } = await openBytes(bytes);
      const { sites, ...counts } = allocationSites(heap, dump, unwatched);
      const found = scanSecrets(heap, symbolTexts(dump, unwatched), unwatched);
      return [counts, allocationTree(sites).length, found];
    },
  },
  walks: {
    seeds: [smallDump().build(), smallDump({ idSize: 4 }).build(), profiledDump()],
    read: async (bytes) => {
      const { heap } = await openBytes(bytes);
      const objects = Array.from({ length: Math.min(heap.nodeCount, 40) }, (_, at) => at as ObjectIndex);
      const swept: unknown[] = [];
      const all = new Uint8Array(heap.classes.count).fill(1);
      heap.sweepFields(
        all,
        [["value"], ["next", "referent"]],
        (at, to) => swept.push(at, to[0], to[1]),
        unwatched,
      );
      heap.listReferrers(unwatched);
      const shown = objects.map((object) => {
        const length = heap.lengthOf(object);
        // What a length says is a claim: only what is there is given.
        const some = Math.min(length, 1000);
        const elements = [heap.elementIdsOf(object, 0, some), heap.primitiveBytesOf(object, 0, some).length];
        return [
          heap.classNameOf(object),
          ...[heap.fieldsOf(object), heap.referencesOf(object), heap.referrersOf(object), length, elements],
        ];
      });
      const statics = objects
        .slice(0, heap.classes.count)
        .map((type) => heap.classes.staticFieldsOf(type as never));
      return [shown, swept.length, statics];
    },
  },
  redaction: {
    seeds: [smallDump().build(), smallDump({ idSize: 4 }).build(), profiledDump()],
    read: (bytes) => {
      for (const level of redactionLevels) {
        let copied = 0;
        const sink = (piece: Uint8Array) => {
          copied += piece.length;
        };
        redactDump(source(bytes), { level, kept: nothingKept }, sink, unwatched);
        if (copied !== bytes.length) throw new Error(`a copy of ${bytes.length} bytes has ${copied}`);
      }
    },
  },
};
