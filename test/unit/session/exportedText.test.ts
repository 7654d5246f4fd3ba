import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { htmlOf } from "../../../analyzer/session/dumps/investigationHtml";
import { markdownOf } from "../../../analyzer/session/dumps/investigationMarkdown";
import type { InvestigationDocument } from "../../../analyzer/session/dumps/investigationText";

const hostile =
  'x ![beacon](https://127.0.0.1:9/b.png) <img src="https://127.0.0.1:9/b.png"> <script>alert(1)</script> [a](command:b) ' +
  "'\" onmouseover=alert(1) `` | \n\n# heading\n\n<style>*{}</style>";

/** A document in which every text is the hostile one. */
const document: InvestigationDocument = {
  title: hostile,
  sections: [
    {
      kind: "facts",
      title: hostile,
      lead: hostile,
      figures: [[hostile, hostile]],
      facts: [[hostile, hostile]],
    },
    {
      kind: "table",
      title: hostile,
      columns: [{ title: hostile, align: "left" }],
      rows: [[{ text: hostile, whole: `${hostile}!`, share: 0.5 }]],
    },
    { kind: "table", title: hostile, columns: [], rows: [], empty: hostile },
    {
      kind: "findings",
      title: hostile,
      findings: [
        {
          title: { text: hostile },
          figure: hostile,
          share: 0.5,
          badges: [hostile],
          sentences: [hostile, hostile],
          advice: hostile,
          path: [hostile],
        },
      ],
    },
    { kind: "text", title: hostile, paragraphs: [{ text: hostile }] },
  ],
};

describe("an exported investigation full of hostile names", () => {
  it("is HTML that loads and runs nothing", () => {
    const html = htmlOf(document);
    const tags = new Set([...html.matchAll(/<([a-z][a-z0-9]*)/gi)].map(([, name]) => name!.toLowerCase()));
    for (const tag of ["img", "script", "iframe", "link", "object", "svg"])
      expect([tag, tags.has(tag)]).toEqual([tag, false]);
    expect(html.match(/<style/g)).toHaveLength(1);
    const attributes = [...html.matchAll(/<[a-z][^>]*>/gi)].flatMap(([tag]) =>
      [...tag.matchAll(/\s([\w-]+)="[^"]*"/g)].map(([, name]) => name!),
    );
    expect(attributes.filter((name) => /^on|^src|^formaction|^data$/.test(name))).toEqual([]);
    expect(/<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1]).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    );
    expect(html.indexOf("Content-Security-Policy")).toBeLessThan(html.indexOf("<title"));
  });

  it("is Markdown without a picture, a link or HTML", () => {
    const judge = new MarkdownIt({ html: true, linkify: true });
    const kinds = judge
      .parse(markdownOf(document), {})
      .flatMap(({ type, children }) => [type, ...(children ?? []).map((child) => child.type)]);
    expect(kinds.length).toBeGreaterThan(30);
    expect(kinds.filter((kind) => /image|link|html|code|fence/.test(kind))).toEqual([]);
    // The title, one for each section, one for the finding: no name has made another.
    expect(kinds.filter((kind) => kind === "heading_open")).toHaveLength(7);
  });
});
