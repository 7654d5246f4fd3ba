import { expect, it } from "vitest";
import { present } from "../../analyzer/core/values/present";
import { variablesOf } from "../../analyzer/core/values/variables";
import { buildProgram, coreOf } from "../build/nativePrograms";
import { openCore } from "../build/openCore";

const wanted = {
  text: 'u"hällo"',
  empty: 'u""',
  bytes: '"raw bytes"',
  ints: "size 2 {2, 3}",
  no_ints: "size 0 {}",
  strings: 'size 2 {u"a", u"b"}',
  list: 'size 3 {u"x", u"y", u"z"}',
  vector: "size 2 {1.5, 2.5}",
  map: 'size 3 {[1] = u"one", [2] = u"two", [3] = u"three"}',
  no_map: "size 0 {}",
  hash: 'size 1 {[u"ann"] = 30}',
  no_hash: "size 0 {}",
  set: "size 1 {7}",
  bigs: "size 2 {{a = 1, b = 2, c = 3}, {a = 4, b = 5, c = 6}}",
  date: "2023-11-14",
  time: "12:34:56.789",
};

/** Beside `npm test`, which does not ask for hundreds of megabytes of Qt: qtbase5-dev and qt6-base-dev of apt. */
it.each(["5", "6"])("shows strings and containers of Qt %s", { timeout: 300_000 }, async (version) => {
  const include = `/usr/include/x86_64-linux-gnu/qt${version}`;
  const flags = ["-g", "-O0", "-std=c++17", "-fPIC", `-I${include}`, `-I${include}/QtCore`];
  const program = buildProgram({
    sources: ["qt.cpp"],
    compiler: "g++",
    flags: [...flags, "-Wl,--no-as-needed", `-lQt${version}Core`],
  });
  const { view } = await openCore(await coreOf(program, []));
  const thread = view.core.image.threads[0]!;
  for (let index = 0; ; index++) {
    const frame = view.machineFrame(thread, index)!;
    const main = view.functionsOf(frame).find((each) => each.function === "main");
    if (main === undefined) continue;
    const found = new Map(
      variablesOf(main, frame, view).map(({ name, value }) => [name, present(value, view).text]),
    );
    expect(Object.fromEntries(Object.keys(wanted).map((name) => [name, found.get(name)]))).toEqual(wanted);
    return;
  }
});
