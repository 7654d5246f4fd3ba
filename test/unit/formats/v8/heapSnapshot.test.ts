import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { ProblemList } from "../../../../analyzer/base/problems";
import { unwatched } from "../../../../analyzer/base/work";
import { openSnapshotStrings, readHeapSnapshot } from "../../../../analyzer/formats/v8/heapSnapshot";
import { isHeapSnapshot } from "../../../../analyzer/formats/v8/recogniseSnapshot";

const meta = {
  node_fields: ["type", "name", "id", "self_size", "edge_count"],
  node_types: [["synthetic", "object", "string"], "string", "number", "number", "number"],
  edge_fields: ["type", "name_or_index", "to_node"],
  edge_types: [["property", "element", "weak"], "string_or_number", "node"],
};
/** Root → holder → text by name, holder → text by element. */
const nodes = [0, 0, 1, 0, 1, 1, 2, 3, 16, 2, 2, 3, 5, 24, 0];
const edges = [0, 1, 5, 0, 4, 10, 1, 7, 10];
const strings = ["<dummy>", "global", "Holder", 'a "quoted" \u00e9 \\ text', "field"];
const whole = { snapshot: { meta, node_count: 3, edge_count: 3 }, nodes, edges, strings };

function read(text: string | Uint8Array) {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const source = new BytesSource("some.heapsnapshot", bytes);
  const problems = new ProblemList();
  const snapshot = readHeapSnapshot(source, problems, unwatched);
  return { snapshot, problems: problems.toArray(), textOf: openSnapshotStrings(source, snapshot) };
}

function faultOf(text: string): { readonly code: string; readonly what?: string; readonly offset?: number } {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ExhumeError) return error.fault;
    throw error;
  }
  return { code: "none" };
}

describe("a V8 heap snapshot", () => {
  it("is told by how it begins", () => {
    const head = (text: string) => isHeapSnapshot(new TextEncoder().encode(text));
    expect(head(JSON.stringify(whole))).toBe(true);
    expect(head(JSON.stringify(whole, null, 2))).toBe(true);
    expect(head('{"snapshots":{"meta":{')).toBe(false);
  });

  it("is read by the places its header names, in any order of members", () => {
    const { snapshot: _snapshot, ...others } = whole;
    for (const text of [
      JSON.stringify(whole),
      JSON.stringify(whole, null, 1),
      JSON.stringify({
        snapshot: whole.snapshot,
        strings,
        samples: [{ a: ["}", 1.5e3, null] }],
        edges,
        nodes,
      }),
      JSON.stringify({ snapshot: { ...whole.snapshot, extra: [[]] }, trace_tree: [], ...others }),
    ]) {
      const { snapshot, problems, textOf } = read(text);
      expect(problems).toEqual([]);
      expect([...snapshot.nodes.selfSize]).toEqual([0, 16, 24]);
      expect([...snapshot.nodes.id]).toEqual([1, 3, 5]);
      expect([...snapshot.nodes.edgeStart]).toEqual([0, 1, 3, 3]);
      expect([...snapshot.edges.toNode]).toEqual([1, 2, 2]);
      expect([...snapshot.edges.nameOrIndex]).toEqual([1, 4, 7]);
      expect([0, 1, 2, 3, 4].map(textOf)).toEqual(strings);
      expect(textOf(99)).toBe("");
    }
  });

  it("with other fields in another order is the same", () => {
    const moved = {
      snapshot: {
        meta: { ...meta, node_fields: ["id", "edge_count", "detachedness", "self_size", "type", "name"] },
        node_count: 3,
        edge_count: 3,
      },
      nodes: [1, 1, 0, 0, 0, 0, 3, 2, 0, 16, 1, 2, 5, 0, 2, 24, 2, 3],
      edges: [0, 1, 6, 0, 4, 12, 1, 7, 12],
      strings,
    };
    const { snapshot } = read(JSON.stringify(moved));
    expect([...snapshot.nodes.selfSize]).toEqual([0, 16, 24]);
    expect([...snapshot.edges.toNode]).toEqual([1, 2, 2]);
  });

  it("cut anywhere says where, or loses names only", () => {
    const text = JSON.stringify(whole);
    const edgesEnd = text.indexOf('"strings"') - 1;
    for (let length = 1; length < text.length; length++) {
      const part = text.slice(0, length);
      if (length < edgesEnd) {
        const fault = faultOf(part);
        expect([length, fault.code]).toEqual([length, "damaged"]);
        expect(fault.offset).toBeLessThanOrEqual(length);
      } else {
        const { snapshot, problems } = read(part);
        expect(snapshot.edges.count).toBe(3);
        expect(problems.map(({ code }) => code)).toEqual(["truncated"]);
      }
    }
  });

  it("with numbers that cannot be is refused, and allocates nothing for them", () => {
    const changed = (change: object) => JSON.stringify({ ...whole, ...change });
    const counts = (node_count: unknown, edge_count: unknown) =>
      changed({ snapshot: { meta, node_count, edge_count } });
    expect(faultOf(counts(4_000_000_000, 3))).toMatchObject({
      code: "damaged",
      what: expect.stringContaining("too short"),
    });
    expect(faultOf(counts(3, 4_000_000_000)).code).toBe("damaged");
    expect(faultOf(counts(-1, 3)).what).toContain("node_count is not a count");
    expect(faultOf(counts("3", 3)).code).toBe("damaged");
    expect(faultOf(changed({ edges: [0, 1, 5, 0, 4, 10, 1, 7, 15] })).what).toContain("leads to no node");
    expect(faultOf(changed({ edges: [0, 1, 5, 0, 4, 10, 1, 7, 11] })).what).toContain("leads to no node");
    expect(faultOf(changed({ nodes: nodes.with(4, 9) })).what).toContain("more edges");
    expect(faultOf(changed({ nodes: nodes.with(4, 0) })).what).toContain("edges");
    expect(faultOf(JSON.stringify({ nodes, snapshot: whole.snapshot, edges, strings })).code).toBe("damaged");
    expect(faultOf("[".repeat(5000)).code).toBe("damaged");
    expect(faultOf(`{"snapshot":${"[".repeat(5000)}`).what).toContain("nested");
    expect(faultOf(JSON.stringify(JSON.parse('{"snapshot":{"__proto__":{"meta":{}}}}'))).code).toBe(
      "damaged",
    );
  });
});
