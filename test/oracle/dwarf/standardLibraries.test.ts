import { expect, it } from "vitest";
import { present } from "../../../analyzer/core/values/present";
import { variablesOf } from "../../../analyzer/core/values/variables";
import { buildProgram, coreOf, type ProgramDraft } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

/** What each local of a function shows, by name. */
async function shownIn(draft: ProgramDraft, wanted: string): Promise<Record<string, string>> {
  const program = buildProgram(draft);
  const { view } = await openCore(await coreOf(program, []), { program: program.path });
  const thread = view.core.image.threads[0]!;
  for (let index = 0; ; index++) {
    const frame = view.machineFrame(thread, index);
    if (frame === undefined) throw new Error(`no frame of ${wanted}`);
    const found = view.functionsOf(frame).find(({ function: name }) => name === wanted);
    if (found === undefined) continue;
    const shown = variablesOf(found, frame, view).map(
      ({ name, value }) => [name, present(value, view).text] as const,
    );
    return Object.fromEntries(shown);
  }
}

const libcxx = { compiler: "clang++", flags: ["-g", "-O0", "-stdlib=libc++"] } as const;
const libstdcxx = { compiler: "g++", flags: ["-g", "-O0"] } as const;

/** Addresses differ from run to run, and so does the order in which hash tables keep their elements. */
function comparable(text: string): string {
  return text.replace(/^0x[0-9a-f]+/, "0x").replace(/\{(.*)\}/, (_, all: string) => {
    const parts = all.split(", ");
    return `{${(text.startsWith("size 2 {[") || text.startsWith("size 3 {") ? parts.sort() : parts).join(", ")}}`;
  });
}

it("shows the containers of libc++ like those of libstdc++, which gdb judges", async () => {
  const draft = { sources: ["values.cpp"] };
  const standard = (flags: readonly string[]) => [...flags, "-std=c++17"];
  const wanted = await shownIn({ ...draft, ...libstdcxx, flags: standard(libstdcxx.flags) }, "containers");
  const got = await shownIn({ ...draft, ...libcxx, flags: standard(libcxx.flags) }, "containers");
  const all = (shown: Record<string, string>) =>
    Object.fromEntries(Object.entries(shown).map(([name, text]) => [name, comparable(text)]));
  expect(all(got)).toEqual(all(wanted));
  expect(Object.keys(wanted).length).toBeGreaterThan(30);
});

/** As the source of `wrappers.cpp` makes them. */
const wrappers: Record<string, string> = {
  wide: 'L"größe"',
  clef: 'u"né𝄞"',
  letters: 'U"𝄞\\n"',
  long_clef: 'u"more letters than fit into the object itself 𝄞"',
  part: 'L"gr"',
  stack: "size 2 {1, 2}",
  queue: "size 1 {3}",
  heap: "size 3 {3, 1, 2}",
  bits: "0b00010110",
  many: `size 80 {1, ${"0, ".repeat(19)}...}`,
  wait: "250 ms",
  day: "24 h",
  part_of_second: "0.5 s",
  epoch: "1970-01-01T00:00:02.000Z",
  path: '"/var/lib/shop"',
  some: "size 2 {4, 5}",
  all: "size 3 {4, 5, 6}",
  small: "size 1 {[97 'a'] = 98 'b'}",
  aligned: "size 1 {[7] = {number = 8}}",
  hashed: "size 1 {[120 'x'] = {number = 9}}",
  nothing: "{}",
};

it.each([
  ["libstdc++", libstdcxx],
  ["libc++", libcxx],
])("shows wide strings, adaptors and wrappers of %s as the source made them", async (_, compiled) => {
  const draft: ProgramDraft = {
    sources: ["wrappers.cpp"],
    ...compiled,
    flags: [...compiled.flags, "-std=c++20"],
  };
  const got = await shownIn(draft, "wrappers");
  const all = Object.fromEntries(Object.keys(wrappers).map((name) => [name, got[name]]));
  expect(all).toEqual(wrappers);
});
