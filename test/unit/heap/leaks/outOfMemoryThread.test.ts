import { expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { leakSuspects } from "../../../../analyzer/heap/java/leaks/suspects";
import { HprofBuilder } from "../../../build/hprofBuilder";
import { openBytes } from "../../../build/openBytes";

const [nodeClass, errorClass, programClass, threadClass, otherClass] = [0x10n, 0x18n, 0x20n, 0x28n, 0x30n];
const thread = 0x100n;
const nodes = 2_000;
const [rowsClass, stringClass] = [0x38n, 0x40n];
const textOf = (node: number) => BigInt(0x100_000 + 16 * node);
const idOf = (node: number) => BigInt(0x1000 + 8 * (node % nodes));

interface RingOptions {
  readonly outOfMemory: boolean;
  readonly otherBytes: number;
  /** The library calls the program back, and there it is that memory runs out. */
  readonly calledBack?: boolean;
  /** Each node has a text of its own, all alike. */
  readonly texts?: boolean;
}

/**
 * A thread that builds a ring of nodes of a library, which two of its frames refer to: no local variable and no collection
 * has it alone.
 */
function ring(options: RingOptions): Uint8Array {
  const dump = new HprofBuilder();
  const error = dump.loadClass(errorClass, "java/lang/OutOfMemoryError");
  const library = dump.loadClass(nodeClass, "org/dom4j/Node");
  const program = dump.loadClass(programClass, "shop/Export");
  dump.loadClass(threadClass, "java/lang/Thread");
  dump.loadClass(otherClass, "shop/Cache");
  const rows = dump.loadClass(rowsClass, "shop/Rows");
  dump.loadClass(stringClass, "java/lang/String");
  const frames = [
    ...(options.outOfMemory ? [dump.frame("<init>", "()V", "OutOfMemoryError.java", error, 48)] : []),
    ...(options.calledBack ? [dump.frame("next", "()V", "Rows.java", rows, 5)] : []),
    dump.frame("grow", "()V", "Node.java", library, 12),
    dump.frame("report", "()V", "Export.java", program, 31),
    dump.frame("main", "()V", "Export.java", program, 9),
  ];
  dump.trace(1, 7, frames);
  dump.classDump(errorClass).classDump(programClass).classDump(threadClass);
  for (const name of ["next", "text", "value", "coder"]) dump.text(name);
  dump.classDump(rowsClass).classDump(stringClass, {
    fields: [
      ["value", "object"],
      ["coder", "byte"],
    ],
  });
  dump.classDump(nodeClass, {
    fields: [
      ["next", "object"],
      ["text", "object"],
    ],
  });
  dump.classDump(otherClass, { statics: [["BYTES", "object", 0x200n]] });
  dump.root("sticky-class", otherClass);
  dump.primitiveArray(0x200n, "byte", new Array(options.otherBytes).fill(1));
  dump.instance(thread, threadClass).root("thread-object", thread, 7, 1);
  for (let node = 0; node < nodes; node++)
    dump.instance(idOf(node), nodeClass, { next: idOf(node + 1), text: options.texts ? textOf(node) : 0n });
  for (let node = 0; options.texts && node < nodes; node++) {
    const bytes = textOf(node) + 8n;
    dump.instance(textOf(node), stringClass, { value: bytes, coder: 0 });
    dump.primitiveArray(
      bytes,
      "byte",
      Array.from({ length: 60 }, (_, at) => 97 + (at % 26)),
    );
  }
  const grow = (options.outOfMemory ? 1 : 0) + (options.calledBack ? 1 : 0);
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

it("names who asked the library, not what the library calls back", async () => {
  const { suspects } = await suspectsIn(ring({ outOfMemory: true, otherBytes: 100, calledBack: true }));
  expect(suspects.map(({ frame }) => frame)).toEqual(["shop.Export.report:31"]);
});

it("leaves the copies in what was gathered to the finding that keeps them", async () => {
  const { suspects } = await suspectsIn(ring({ outOfMemory: true, otherBytes: 100, texts: true }));
  expect(suspects.map(({ shape }) => shape)).toEqual(["local-variable"]);
  const alone = await suspectsIn(ring({ outOfMemory: false, otherBytes: 100, texts: true }));
  expect(alone.suspects.map(({ shape }) => shape)).toEqual(["duplicate-strings"]);
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
