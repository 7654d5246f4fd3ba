import { expect, it } from "vitest";
import { unwatched } from "../../../analyzer/base/work";
import type { CoreVariableRow } from "../../../analyzer/protocol/core/variables";
import { type CoreContext, findCoreThread } from "../../../analyzer/session/core/coreContext";
import { debugAnswers } from "../../../analyzer/session/core/debugAnswers";
import { buildProgram, coreOf } from "../../build/nativePrograms";
import { openCore } from "../../build/openCore";

/** What the source of `values.rs` gives its locals. */
const wanted: Record<string, string> = {
  number: "7",
  text: '"argument"',
  yes: "true",
  letter: "233 'é'",
  byte: "200",
  signed: "-5",
  long: "-5000000000",
  wide: String(2n ** 100n),
  real: "2.5",
  double: "0.1",
  size: "77",
  point: "{x = 1, y = -2}",
  pair: "(3, -4)",
  tuple: "(1, 2.5, 122 'z')",
  array: "{1, 2, 3}",
  plain: "Green",
  empty: "Empty",
  circle: "Circle(1.5)",
  rectangle: "Rectangle {width = 3, height = 4}",
  some: "Some(9)",
  none: "None",
  some_text: 'Some("inside")',
  no_text: "None",
  boxed_none: "None",
  failed: 'Err("bad")',
  owned: '"owned text"',
  slice: "size 2 {2, 3}",
  numbers: "size 3 {10, 20, 30}",
  words: 'size 2 {"a", "b"}',
  counted: "11 (strong 2, weak 0)",
  shared: "12 (strong 1, weak 0)",
  queue: "size 3 {1, 2, 3}",
  map: "size 1 {[4] = 16}",
  set: "size 1 {8}",
};

/** And those of the function that calls it. */
const wantedMore: Record<string, string> = {
  ages: 'size 3 {["ann"] = 20, ["bob"] = 10, ["eve"] = 0}',
  hollow: "size 0 {}",
  letters: "size 5 {101 'e', 104 'h', 109 'm', 117 'u', 120 'x'}",
  animal: "{age = 3} (values::Dog)",
  lent: "{age = 4} (values::Dog)",
  boxed_slice: "size 3 {1, 2, 3}",
  boxed_text: '"boxed"',
  counted_text: '"counted"',
  cell: "5",
  shared_list: "8 (strong 1, weak 1)",
  watching: "8 (strong 1, weak 1)",
  borrowed: "9 (mutably borrowed)",
  free: "7",
  taken: "6 (locked)",
  read_write: '"rw"',
  heap: "size 3 {5, 1, 3}",
  list: "size 2 {1, 2}",
  cow: 'Borrowed("cow")',
  path: '"/var/lib"',
  wait: "1.5 s",
  nested: "Some(None)",
  atomic: "9",
  unit: "()",
};

async function localsOf(context: CoreContext, name: string): Promise<Map<string, CoreVariableRow>> {
  const { lwp } = context.image.threads[0]!;
  const frames = context.core.stackOf(findCoreThread(context, lwp)).count();
  for (let index = 0; index < frames; index++) {
    const functions = context.view.functionsOf(
      context.view.machineFrame(findCoreThread(context, lwp), index)!,
    );
    const inline = functions.findIndex((each) => each.function === name);
    if (inline < 0) continue;
    const rows: CoreVariableRow[] = [];
    for (const scope of ["arguments", "locals"] as const) {
      const params = { dump: "", lwp, frame: index, inline, scope, start: 0, count: 200 };
      rows.push(...(await debugAnswers["core/variables"].answer(context, params, unwatched)).rows);
    }
    return new Map(rows.map((row) => [row.name, row]));
  }
  throw new Error(`no frame of ${name}`);
}

it.each(["0", "1"])("shows Rust's values as the source made them at opt-level %s", async (level) => {
  const flags = ["-g", `-Copt-level=${level}`];
  const program = buildProgram({ sources: ["values.rs"], compiler: "rustc", flags });
  const context = await openCore(await coreOf(program, []), { program: program.path });
  const locals = await localsOf(context, "values::values");
  const got = Object.fromEntries(Object.keys(wanted).map((name) => [name, locals.get(name)?.value]));
  if (level === "0") expect(got).toEqual(wanted);
  else {
    const wrong = Object.entries(got).filter(
      ([name, value]) => value !== wanted[name] && value !== undefined && !value.includes("<optimized out>"),
    );
    expect(wrong).toEqual([]);
  }
  const more = await localsOf(context, "values::more_values");
  for (const [name, text] of Object.entries(wantedMore)) {
    const value = more.get(name)?.value;
    if (level === "0" || (value !== undefined && !value.includes("<optimized out>")))
      expect(`${name} = ${value}`).toBe(`${name} = ${text}`);
  }
  if (level === "0") {
    const tall = { dump: "", handle: more.get("tall")!.parts!.handle, start: 0, count: 5000 };
    const page = await debugAnswers["core/parts"].answer(context, tall, unwatched);
    const inserted = Array.from({ length: 2000 }, (_, index) => [(index * 7) % 2000, index] as const);
    const sorted = inserted.sort((a, b) => a[0] - b[0]).map(([key, value]) => `[${key}]=${value}`);
    expect(page.rows.map(({ name, value }) => `${name}=${value}`)).toEqual(sorted);
    const { parts } = locals.get("boxed")!;
    const params = { dump: "", handle: parts!.handle, start: 0, count: 10 };
    const { rows } = await debugAnswers["core/parts"].answer(context, params, unwatched);
    expect(rows.map(({ name, value }) => `${name}=${value}`)).toEqual(["x=5", "y=6"]);
  }
});
