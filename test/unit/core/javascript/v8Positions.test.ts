import { expect, it } from "vitest";
import { ScriptLines } from "../../../../analyzer/core/javascript/v8Positions";

it.each(["", "\n", "one\n\ntwo\nlast", "\r\n a\r\n", "first line only"])(
  "tells the line and column of each place of %j",
  (text) => {
    const lines = new ScriptLines(text);
    for (let position = 0; position <= text.length; position++) {
      const before = text.slice(0, position).split("\n");
      expect(lines.placeOf(position)).toEqual({ line: before.length, column: before.at(-1)!.length + 1 });
    }
  },
);
