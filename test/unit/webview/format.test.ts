import { describe, expect, it } from "vitest";
import { formatCsv, splitClassName } from "../../../webview/format";

describe("class names", () => {
  it.each([
    ["java.util.HashMap$Node[]", "java.util.", "HashMap$Node[]"],
    ["byte[]", "", "byte[]"],
    ["com.example.Recon$$Lambda/0x00007f1c0c001000", "com.example.", "Recon$$Lambda/0x00007f1c0c001000"],
    ["Main", "", "Main"],
  ])("splits %s", (name, prefix, simple) => expect(splitClassName(name)).toEqual([prefix, simple]));
});

describe("CSV", () => {
  it("quotes what needs it", () => {
    expect(formatCsv([["a", 'say "hi"', "x,y", 7]])).toBe('a,"say ""hi""","x,y",7\r\n');
  });
});
