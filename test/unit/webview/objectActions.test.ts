import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Navigation } from "../../../analyzer/protocol/view/navigation";
import type { MenuAction } from "../../../webview/widgets/contextMenu";

type Actions = typeof import("../../../webview/views/heap/objectActions");
let actions: Actions;
const gone: Navigation[] = [];
const navigate = (place: Navigation) => void gone.push(place);

beforeAll(async () => {
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("acquireVsCodeApi", () => ({
    postMessage: () => undefined,
    getState: () => undefined,
    setState: () => undefined,
  }));
  actions = await import("../../../webview/views/heap/objectActions");
});
afterAll(() => vi.unstubAllGlobals());

const titles = (offered: readonly MenuAction[]) => offered.map(({ title }) => title);
const placeOf = (offered: readonly MenuAction[], id: string): Navigation | undefined => {
  gone.length = 0;
  offered.find((action) => action.id === id)?.run();
  return gone[0];
};

const entry = { objectId: "0x10", className: "com.shop.Entry" };
const heldBy = { className: "com.shop.Cache", field: "ENTRIES", static: true };

describe("what can be done with an object", () => {
  it("is the same in the same order, what does not apply left out, Inspect first", () => {
    expect(titles(actions.objectActions(navigate, { ...entry, heldBy }))).toEqual([
      "Inspect",
      "Why Is It Alive?",
      "Reveal in Dominator Tree",
      "Incoming References",
      "Outgoing References",
      "Show Instances",
      "Go to Class",
      "Go to Holding Field (ENTRIES)",
      "Compare with Earlier Dumps",
      "Write Note…",
      "Copy Object Id",
      "Copy Class Name",
      "Copy Link to Object",
    ]);
    const slot = { className: "java.lang.Object[]", field: "[3]", static: false };
    const bytes = { objectId: "0x20", className: "byte[]", heldBy: slot };
    expect(titles(actions.objectActions(navigate, bytes))).not.toContain("Go to Class");
    expect(titles(actions.objectActions(navigate, bytes)).join()).not.toContain("Holding Field");
  });

  it("leads to the object, and of a class object to the objects of the class it stands for", () => {
    const offered = actions.objectActions(navigate, entry);
    expect(placeOf(offered, "inspect")).toEqual({ view: "inspector", params: { objectId: "0x10" } });
    expect(placeOf(offered, "incoming")).toEqual({
      view: "inspector",
      params: { objectId: "0x10", part: "incoming" },
    });
    expect(placeOf(offered, "instances")).toEqual({
      view: "inspector",
      params: { className: "com.shop.Entry", part: "instances" },
    });
    const ofClass = actions.objectActions(navigate, { ...entry, isClass: true });
    expect(placeOf(ofClass, "instances")).toEqual({
      view: "inspector",
      params: { objectId: "0x10", part: "instances" },
    });
    expect(placeOf(ofClass, "compare")).toEqual({
      view: "compare",
      params: { part: "classes", filter: "com.shop.Entry" },
    });
  });
});

it("what can be done with a class is the same, as far as a class has it", () => {
  const offered = actions.classActions(navigate, { className: "com.shop.Entry", classId: "0x99" });
  const ofObject = titles(actions.objectActions(navigate, entry));
  const shared = titles(offered).filter((title) => ofObject.includes(title));
  expect(shared).toEqual(ofObject.filter((title) => shared.includes(title)));
  expect(shared).toEqual([
    "Inspect",
    "Show Instances",
    "Go to Class",
    "Compare with Earlier Dumps",
    "Write Note…",
    "Copy Class Name",
  ]);
  expect(placeOf(offered, "inspect")).toEqual({
    view: "inspector",
    params: { className: "com.shop.Entry", objectId: "0x99" },
  });
});

it("a note is titled by class and field, by its address where nothing else tells it", async () => {
  const { noteOnClass, noteOnObject } = await import("../../../webview/notes");
  const object = { ...entry, shallowBytes: 24 };
  const slot = { className: "java.util.HashMap$Node[]", field: "[3]", static: false };
  const titled = (subject: Parameters<typeof noteOnObject>[0]) => noteOnObject(subject).title;
  expect(titled({ object, heldBy })).toBe("Cache.ENTRIES: Entry");
  expect(titled({ object: { ...object, label: "order 7" }, heldBy: slot })).toBe("Entry order 7");
  expect(titled({ object })).toBe("Entry @ 0x10");
  expect(titled({ object: { ...object, isClass: true } })).toBe("class Entry");
  expect(noteOnClass("com.shop.Entry")).toMatchObject({ id: "class com.shop.Entry", title: "class Entry" });
});
