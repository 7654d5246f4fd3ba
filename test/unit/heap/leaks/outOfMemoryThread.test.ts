import { expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { leakSuspects } from "../../../../analyzer/heap/java/leaks/suspects";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

const [nodeClass, errorClass, programClass, threadClass, otherClass] = [0x10n, 0x18n, 0x20n, 0x28n, 0x30n];
const thread = 0x100n;
const nodes = 2_000;
const idOf = (node: number) => BigInt(0x1000 + 8 * (node % nodes));

/**
 * A thread that builds a ring of nodes of a library, which two of its frames refer to: no local variable and no collection
 * has it alone.
 */
function ring(options: { readonly outOfMemory: boolean; readonly otherBytes: number }): Uint8Array {
  const dump = new HprofBuilder();
  const error = dump.loadClass(errorClass, "java/lang/OutOfMemoryError");
  const library = dump.loadClass(nodeClass, "org/dom4j/Node");
  const program = dump.loadClass(programClass, "shop/Export");
  dump.loadClass(threadClass, "java/lang/Thread");
  dump.loadClass(otherClass, "shop/Cache");
  const frames = [
    ...(options.outOfMemory ? [dump.frame("<init>", "()V", "OutOfMemoryError.java", error, 48)] : []),
    dump.frame("grow", "()V", "Node.java", library, 12),
    dump.frame("report", "()V", "Export.java", program, 31),
    dump.frame("main", "()V", "Export.java", program, 9),
  ];
  dump.trace(1, 7, frames);
  dump.classDump(errorClass).classDump(programClass).classDump(threadClass);
  dump.text("next");
  dump.classDump(nodeClass, { fields: [["next", "object"]] });
  dump.classDump(otherClass, { statics: [["BYTES", "object", 0x200n]] });
  dump.root("sticky-class", otherClass);
  dump.primitiveArray(0x200n, "byte", new Array(options.otherBytes).fill(1));
  dump.instance(thread, threadClass).root("thread-object", thread, 7, 1);
  for (let node = 0; node < nodes; node++) dump.instance(idOf(node), nodeClass, { next: idOf(node + 1) });
  const grow = options.outOfMemory ? 1 : 0;
  dump.root("java-frame", idOf(0), 7, grow).root("java-frame", idOf(nodes / 2), 7, grow + 1);
  return dump.build();
}

async function suspectsIn(bytes: Uint8Array) {
  const { suspects, outOfMemory } = leakSuspects((await openBytes(bytes)).heap, unwatched);
  return {
    suspects: suspects.map(({ shape, confidence, frame }) => ({
      shape,
      confidence,
      frame: frame === undefined ? undefined : `${frame.className}.${frame.method}:${frame.line}`,
    })),
    outOfMemory,
  };
}

it("names the program's method in a thread that ran out of memory, whatever its variables keep", async () => {
  expect(await suspectsIn(ring({ outOfMemory: true, otherBytes: 100 }))).toEqual({
    suspects: [{ shape: "local-variable", confidence: "certain", frame: "shop.Export.report:31" }],
    outOfMemory: ['thread "7" ran out of memory in shop.Export.report(Export.java:31)'],
  });
});

it("does not blame a thread that ran out of memory while something else fills the heap", async () => {
  const { suspects, outOfMemory } = await suspectsIn(ring({ outOfMemory: true, otherBytes: 300_000 }));
  expect(suspects.filter(({ shape }) => shape === "local-variable")).toEqual([]);
  expect(outOfMemory).toHaveLength(1);
});

it("says nothing of a thread that goes on", async () => {
  expect(await suspectsIn(ring({ outOfMemory: false, otherBytes: 100 }))).toEqual({
    suspects: [],
    outOfMemory: [],
  });
});
