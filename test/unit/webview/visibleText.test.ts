import { h, options } from "preact";
import { jsx } from "preact/jsx-runtime";
import { afterAll, beforeAll, expect, it } from "vitest";
import { showInvisibles } from "../../../webview/visibleText";

const before = options.vnode;
beforeAll(showInvisibles);
afterAll(() => {
  if (before === undefined) delete options.vnode;
  else options.vnode = before;
});

const name = "com.evil.\u202etxt\u2066.exe\u200b \u001b[31m";
const shown = "com.evil.\\u202etxt\\u2066.exe\\u200b \\x1b[31m";
const propsOf = ({ props }: { readonly props: unknown }) => props;

it("a name whose letters would be turned around or not be seen is shown with escapes", () => {
  expect(propsOf(h("span", { title: name }, name))).toEqual({ title: shown, children: shown });
  expect(propsOf(jsx("td", { children: ["of ", [name, 5], name], "aria-label": name }))).toEqual({
    children: ["of ", [shown, 5], shown],
    "aria-label": shown,
  });
});

it("text keeps its lines, names their letters, and what is typed stays as it is", () => {
  const text = "a\n\tb é 日本 👩‍👧";
  expect(propsOf(h("pre", null, text))).toEqual({ children: text });
  expect(propsOf(h("input", { value: name }))).toEqual({ value: name });
});

it("a component gets what it was given", () => {
  const Part = () => null;
  expect(propsOf(h(Part, { name } as never))).toEqual({ name });
});
