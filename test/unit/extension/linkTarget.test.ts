import { expect, it } from "vitest";
import { isOnAnotherMachine } from "../../../analyzer/base/otherMachines";
import { checkShape, path } from "../../../analyzer/protocol/shapes";
import { navigationShape } from "../../../analyzer/protocol/view/navigation";
import { checkedArgument, variableTarget } from "../../../extension/commandArguments";
import { parseLink } from "../../../extension/linkTarget";

const linkWith = (params: unknown, view = "histogram") =>
  parseLink({
    path: "/open",
    query: new URLSearchParams({ dump: "/d.hprof", view, params: JSON.stringify(params) }).toString(),
  });

it("takes a link as it was made", () => {
  expect(linkWith({ filter: "com.shop" })).toEqual({
    dump: "/d.hprof",
    files: ["/d.hprof", "com.shop"],
    heapOfCore: false,
    navigation: { view: "histogram", params: { filter: "com.shop" } },
  });
});

it.each([
  [{ filter: 5 }],
  [{ filter: null }],
  [{ filter: ["a"] }],
  [{ filter: {} }],
  [[5]],
  ["filter"],
  [5],
  [null],
])("refuses a link whose parameters are %j", (params) => {
  expect(linkWith(params)).toBeUndefined();
});

it.each([
  ["//evil.example/share/x.hprof", {}],
  ["\\\\evil.example\\share\\x.hprof", {}],
  ["\\\\?\\UNC\\evil.example\\x", {}],
  ["file://evil.example/x", {}],
  ["/net/evil.example/x", {}],
  ["/usr/../net/evil.example/x", {}],
  ["/d.hprof", { others: ["/e.hprof", "//evil.example/x"] }],
])("knows that %j with %j leads to another machine", (dump, params) => {
  const query = new URLSearchParams({ dump, view: "compare", params: JSON.stringify(params) }).toString();
  const target = parseLink({ path: "/open", query });
  expect(target?.files.filter(isOnAnotherMachine)).toHaveLength(1);
});

it("opens nothing for other words than open, for no dump, and for what no path has", () => {
  const query = "dump=%2Fd&view=overview";
  for (const path of ["", "/", "/open/", "/Open", "/open/../run", "/run", "open"])
    expect(parseLink({ path, query })).toBeUndefined();
  for (const dump of ["", "%00", "%2Fd%00.hprof", "x".repeat(40_000)])
    expect(parseLink({ path: "/open", query: `dump=${dump}&view=overview` })).toBeUndefined();
});

it("refuses views that do not exist, and what is not JSON", () => {
  for (const view of ["constructor", "__proto__", "toString", ""]) expect(linkWith({}, view)).toBeUndefined();
  for (const query of [
    "dump=%2Fd&view=histogram&params={",
    "dump=%2Fd&view=histogram&params=%",
    "view=overview",
  ])
    expect(parseLink({ path: "/open", query })).toBeUndefined();
});

it("knows a link into the Java heap of a core", () => {
  const query = "dump=%2Fcore&view=overview&heapOfCore=true";
  expect(parseLink({ path: "/open", query })?.heapOfCore).toBe(true);
});

it("leaves a row out that is not one", () => {
  const query = new URLSearchParams({ dump: "/d", view: "waste", row: '{"table":5}' }).toString();
  expect(parseLink({ path: "/open", query })?.navigation).toEqual({ view: "waste", params: {} });
});

it.each([
  undefined,
  null,
  {},
  "overview",
  { view: "overview" },
  { view: "histogram", params: { filter: 5 } },
])("runs no command with the place %j", (navigation) => {
  expect(() => checkedArgument("exhume.goTo", navigationShape, navigation)).toThrow(
    /^exhume\.goTo was run in a wrong way: [ -~]+\.$/,
  );
});

it("takes only texts as paths and object ids as variables", () => {
  expect(() => checkedArgument("exhume.showInDump", path, { toString: () => "/d" })).toThrow(/wrong way/);
  expect(
    checkShape(variableTarget, { variable: { memoryReference: "0x7f00", name: "x" }, sessionId: "1" }),
  ).toEqual({
    ok: true,
    value: { variable: { memoryReference: "0x7f00" } },
  });
  for (const memoryReference of [5, "0".repeat(41), {}, undefined])
    expect(checkShape(variableTarget, { variable: { memoryReference } }).ok).toBe(false);
});
