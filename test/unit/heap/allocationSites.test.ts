import { describe, expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import {
  type AllocationNode,
  type AllocationSites,
  allocationSites,
  allocationTree,
} from "../../../analyzer/heap/hprof/allocationSites";
import { HprofBuilder } from "../../build/hprofBuilder";
import { openBytes } from "../../build/openBytes";

/** A dump as `-agentlib:hprof` writes one: objects carry the serial of the stack that allocated them. */
function profiled(objects: boolean, siteRecord: boolean): Uint8Array {
  const builder = new HprofBuilder({ idSize: 4, version: "1.0.1" });
  const object = builder.loadClass(0x10n, "java/lang/Object");
  const order = builder.loadClass(0x20n, "com/shop/Order");
  builder.text("next");
  const main = builder.frame("main", "([Ljava/lang/String;)V", "Main.java", object, 5);
  const load = builder.frame("load", "()V", "Loader.java", order, 30);
  const parse = builder.frame("parse", "()V", "Parser.java", order, 12);
  builder.trace(1, 0, []).trace(2, 1, [parse, load, main]).trace(3, 1, [load, main]);
  if (siteRecord) {
    builder.record(0x06, () => {
      builder.u2(0).u4(0).u4(900).u4(9).u4(0).u4(9000).u4(0).u4(90).u4(1);
      builder.u1(0).u4(order).u4(2).u4(48).u4(2).u4(4800).u4(200);
    });
  }
  builder.classDump(0x10n).classDump(0x20n, { super: 0x10n, fields: [["next", "object"]] });
  if (objects) {
    builder.instance(0x100n, 0x20n, { next: 0x108n }, 2).instance(0x108n, 0x20n, {}, 2);
    builder.primitiveArray(0x200n, "byte", new Array<number>(1000).fill(1), 3);
    builder.instance(0x300n, 0x10n, {}, 1);
    builder.root("unknown", 0x100n);
  }
  return builder.build();
}

async function sitesOf(bytes: Uint8Array): Promise<AllocationSites> {
  const { heap, source } = await openBytes(bytes);
  return allocationSites(heap, source, unwatched);
}

function draw({ recorded, sites }: AllocationSites): string[] {
  if (!recorded) return ["not recorded"];
  return sites.map(({ frames, objects, classes, allocatedObjects, allocatedBytes }) => {
    const stack = frames.map(({ className, method, line }) => `${className}.${method}:${line}`).join(" < ");
    const ever = allocatedObjects === undefined ? "" : ` of ${allocatedObjects} (${allocatedBytes} B) ever`;
    return `${objects}${ever} ${classes.map(({ className }) => className).join(",")} ${stack}`;
  });
}

const indent = (nodes: readonly AllocationNode[], depth = 0): string[] =>
  nodes.flatMap(({ frame, objects, children }) => [
    `${" ".repeat(depth)}${frame.method} ${objects}`,
    ...indent(children, depth + 1),
  ]);

describe("allocation sites", () => {
  it("sums objects by the stack that allocated them", async () => {
    expect(draw(await sitesOf(profiled(true, false)))).toEqual([
      "1 byte[] com.shop.Order.load:30 < java.lang.Object.main:5",
      "2 com.shop.Order com.shop.Order.parse:12 < com.shop.Order.load:30 < java.lang.Object.main:5",
    ]);
  });

  it("adds what the agent counted", async () => {
    expect(draw(await sitesOf(profiled(true, true)))[1]).toBe(
      "2 of 200 (4800 B) ever com.shop.Order com.shop.Order.parse:12 < com.shop.Order.load:30 < java.lang.Object.main:5",
    );
  });

  it("merges the stacks from the outermost frame", async () => {
    expect(indent(allocationTree((await sitesOf(profiled(true, false))).sites))).toEqual([
      "main 3",
      " load 3",
      "  parse 2",
    ]);
  });

  it("says when nothing was recorded", async () => {
    expect(draw(await sitesOf(profiled(false, false)))).toEqual(["not recorded"]);
  });
});
