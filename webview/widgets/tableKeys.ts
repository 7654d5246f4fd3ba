import type { TypeAhead } from "./typeAhead";

/** What the keys of a table move and do; positions are lines, from 0. */
export interface TableKeyboard {
  readonly active: number;
  readonly rows: number;
  /** Whole rows that fit on the screen. */
  readonly fitting: number;
  readonly expanded: boolean;
  /** Of the branch the active row is in; undefined at the top level. */
  readonly parent: number | undefined;
  readonly typeAhead: TypeAhead;
  /** What typed letters are compared with; undefined for a row that is not loaded. */
  readonly textAt: (position: number) => string | undefined;
  readonly goTo: (position: number) => void;
  readonly expand: () => void;
  readonly collapse: () => void;
  /** Enter: what a double click does. */
  readonly open: () => void;
  readonly copy: () => void;
  readonly openMenu: () => void;
}

type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "timeStamp">;

/** Arrows, Home, End, Page Up and Down, letters, Enter, context menu, Ctrl+C. @returns false for a key of no meaning */
export function pressTableKey(press: KeyPress, table: TableKeyboard): boolean {
  const { active, rows, goTo } = table;
  const command = press.ctrlKey || press.metaKey;
  switch (press.key) {
    case "ArrowDown":
      goTo(active + 1);
      return true;
    case "ArrowUp":
      goTo(active - 1);
      return true;
    case "PageDown":
      goTo(active + table.fitting);
      return true;
    case "PageUp":
      goTo(active - table.fitting);
      return true;
    case "Home":
      goTo(0);
      return true;
    case "End":
      goTo(rows - 1);
      return true;
    case "ArrowRight":
      if (table.expanded) goTo(active + 1);
      else table.expand();
      return true;
    case "ArrowLeft":
      if (table.expanded) table.collapse();
      else if (table.parent !== undefined) goTo(table.parent);
      return true;
    case "Enter":
      table.open();
      return true;
    case "ContextMenu":
      table.openMenu();
      return true;
  }
  if (press.key === "F10" && press.shiftKey) table.openMenu();
  else if (command && press.key === "c") table.copy();
  else if (!command && !press.altKey && press.key.length === 1 && press.key !== " ") {
    const found = table.typeAhead.find(press.key, press.timeStamp, active, rows, table.textAt);
    if (found !== undefined) goTo(found);
  } else return false;
  return true;
}
