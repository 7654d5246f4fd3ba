import { describe, expect, it } from "vitest";
import { pressTableKey } from "../../../webview/widgets/tableKeys";
import { TypeAhead } from "../../../webview/widgets/typeAhead";

const names = ["Alpha", "Beta", "Gamma", "Beetle", "Delta"];

/** What a key does on the third of five rows, and whether it was taken. */
function press(
  key: string,
  more: Partial<KeyboardEvent> = {},
  row: { expanded?: boolean; parent?: number } = {},
) {
  const did: string[] = [];
  const taken = pressTableKey(
    { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, timeStamp: 0, ...more },
    {
      active: 2,
      rows: names.length,
      fitting: 3,
      expanded: row.expanded ?? false,
      parent: row.parent,
      typeAhead: new TypeAhead(),
      textAt: (position) => names[position],
      goTo: (position) => did.push(`go ${position}`),
      expand: () => did.push("expand"),
      collapse: () => did.push("collapse"),
      open: () => did.push("open"),
      copy: () => did.push("copy"),
      openMenu: () => did.push("menu"),
    },
  );
  return taken ? did.join() : "not taken";
}

describe("keys of a table", () => {
  it.each([
    ["ArrowDown", "go 3"],
    ["ArrowUp", "go 1"],
    ["PageDown", "go 5"],
    ["PageUp", "go -1"],
    ["Home", "go 0"],
    ["End", "go 4"],
    ["Enter", "open"],
    ["ContextMenu", "menu"],
    ["d", "go 4"],
    [" ", "not taken"],
    ["Tab", "not taken"],
    ["Escape", "not taken"],
    ["F10", "not taken"],
  ])("%s: %s", (key, did) => expect(press(key)).toBe(did));

  it("open a closed row, then go into it", () => {
    expect(press("ArrowRight")).toBe("expand");
    expect(press("ArrowRight", {}, { expanded: true })).toBe("go 3");
  });

  it("close an open row, else go to the one above it in the tree", () => {
    expect(press("ArrowLeft", {}, { expanded: true, parent: 0 })).toBe("collapse");
    expect(press("ArrowLeft", {}, { parent: 0 })).toBe("go 0");
    expect(press("ArrowLeft")).toBe("");
  });

  it("copy and open the menu with a modifier, and leave other commands alone", () => {
    expect(press("c", { ctrlKey: true })).toBe("copy");
    expect(press("c", { metaKey: true })).toBe("copy");
    expect(press("F10", { shiftKey: true })).toBe("menu");
    expect(press("a", { ctrlKey: true })).toBe("not taken");
    expect(press("a", { altKey: true })).toBe("not taken");
  });
});
