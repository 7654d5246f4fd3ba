import { expect, it } from "vitest";
import { narrowest, resized, templateOf } from "../../../webview/widgets/columnWidths";

const columns = [
  { id: "class", width: "minmax(14em, 1fr)" },
  { id: "bytes", width: "8em" },
];

it("keeps a column's own width until the reader chooses one, and comes back to it", () => {
  const wide = resized({}, "bytes", 211.6);
  expect(templateOf(columns, wide)).toBe("minmax(14em, 1fr) 212px");
  expect(templateOf(columns, resized(wide, "bytes", undefined))).toBe("minmax(14em, 1fr) 8em");
});

it("leaves no column too narrow to take hold of", () => {
  expect(resized({}, "class", -5)).toEqual({ class: narrowest });
});
