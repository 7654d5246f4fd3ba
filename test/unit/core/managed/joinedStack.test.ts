import { expect, it } from "vitest";
import { JoinedStack } from "../../../../analyzer/core/managed/joinedStack";
import { managedValueAt } from "../../../../analyzer/core/managed/managedPath";
import type { ManagedFrame, ManagedPlace } from "../../../../analyzer/core/managed/managedStack";
import type { ManagedPart, ManagedValue } from "../../../../analyzer/core/managed/managedValue";
import type { LoadedModule } from "../../../../analyzer/core/modules/loadedModule";
import type { Frame, Stack } from "../../../../analyzer/core/unwind/stack";

/** A native stack of so many frames, of which it is told how many were followed. */
function stackOf(frames: number): { stack: Stack<LoadedModule>; followed: () => number } {
  let known = 0;
  const follow = (most: number) => {
    known = Math.max(known, Math.min(frames, most));
    return Math.min(frames, most);
  };
  const frameAt = (index: number): Frame<LoadedModule> | undefined => {
    if (follow(index + 1) <= index) return undefined;
    const pc = BigInt(index);
    return { index, pc, lookupAddress: pc, registers: [], origin: "cfi", isSignalFrame: false };
  };
  const stack: Stack<LoadedModule> = {
    frameAt,
    slice: (start, end) =>
      Array.from({ length: Math.min(frames, end) - start }, (_, each) => frameAt(start + each)!),
    count: (most = Number.POSITIVE_INFINITY) => follow(most),
    lookupAddressAt: BigInt,
    stopped: "outermost",
  };
  return { stack, followed: () => known };
}

const named = (name: string): ManagedFrame => ({ language: "Test", function: name });

function place(nativeIndex: number, names: string, isReplaced: boolean): ManagedPlace {
  return { nativeIndex, frames: Array.from(names, named), isReplaced };
}

/** Native frames by number, managed ones by name. */
function drawn(joined: JoinedStack): string {
  return Array.from({ length: joined.count() }, (_, index) => {
    const frame = joined.at(index)!;
    return frame.managed === undefined ? String(frame.native.index) : frame.managed.function;
  }).join(" ");
}

it.each<[readonly ManagedPlace[], string, string]>([
  [[], "", "0 1 2 3"],
  [[place(1, "ab", true)], "", "0 a b 2 3"],
  [[place(1, "ab", false)], "", "0 a b 1 2 3"],
  [[place(0, "a", true), place(1, "b", true), place(3, "c", true)], "", "a b 2 c"],
  [[place(1, "", true)], "", "0 2 3"],
  [[place(1, "", false)], "", "0 1 2 3"],
  [[place(3, "a", true)], "xy", "0 1 2 a x y"],
  [[], "xy", "0 1 2 3 x y"],
])("%j with %j beyond is %s", (places, beyond, expected) => {
  const joined = new JoinedStack(stackOf(4).stack, { places, beyond: Array.from(beyond, named) });
  expect(drawn(joined)).toBe(expected);
  expect(joined.at(joined.count())).toBeUndefined();
  expect(joined.at(-1)).toBeUndefined();
  for (let index = 0; index < joined.count(); index++) {
    const frame = joined.at(index)!;
    const isNative = frame.managed === undefined;
    expect(joined.lookupAddressesAt(index)?.address).toBe(isNative ? frame.native.pc : undefined);
    if (!isNative) expect(joined.managedAt(frame.nativeIndex, frame.position)).toBe(frame.managed);
  }
});

it("follows a native stack no further than it is asked for", () => {
  const { stack, followed } = stackOf(1_000_000);
  const joined = new JoinedStack(stack, { places: [place(2, "a", true)], beyond: [] });
  expect(joined.count(10)).toBe(10);
  expect(joined.at(9)?.native?.index).toBe(9);
  expect(followed()).toBeLessThan(20);
});

it("follows attributes and elements to a value, and nothing else", () => {
  const leaf = (text: string): ManagedValue => ({ type: "int", text });
  const within = (parts: ManagedPart[], isIndexed = false): ManagedValue => ({
    type: "object",
    text: "…",
    parts: { count: parts.length, isIndexed, page: (start, count) => parts.slice(start, start + count) },
  });
  const list = within([{ name: "[0]", value: leaf("7"), access: "[0]" }], true);
  const map = within([{ name: "'a b'", value: list, access: "['a b']" }]);
  const order = within([{ name: "items", value: map, access: ".items" }]);
  const variables = [{ name: "order", value: order, isArgument: true }];
  const textOf = (path: string) => managedValueAt(path, variables)?.text;
  expect(textOf("order.items['a b'][0]")).toBe("7");
  expect(textOf(" order .items ['a b'] [0] ")).toBe("7");
  for (const path of [
    "",
    "other",
    "order.price",
    "order.items['b']",
    "order.items['a b'][1]",
    "order()",
    "order.items + 1",
    "1",
  ])
    expect(textOf(path)).toBeUndefined();
});
