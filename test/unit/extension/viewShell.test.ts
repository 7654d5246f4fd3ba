import { describe, expect, it } from "vitest";
import { viewShell } from "../../../extension/viewShell";

const cspSource = "https://*.vscode-cdn.net";
const nonce = "c2l4dGVlbiBieXRlcyEh";
const html = viewShell({
  script: "https://x.vscode-cdn.net/webview.js",
  style: "https://x.vscode-cdn.net/webview.css",
  cspSource,
  nonce,
});

/** Elements by their start tags, with their attributes. */
const tags = [...html.matchAll(/<([a-z]+)((?:\s+[\w-]+="[^"]*")*)\s*>/g)].map(([, name, attributes]) => ({
  name,
  attributes: Object.fromEntries(
    [...attributes!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  ),
}));

describe("the shell of a view", () => {
  it("has one policy, before anything it has to hold", () => {
    const policies = tags.filter(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
    expect(policies).toHaveLength(1);
    const at = tags.indexOf(policies[0]!);
    for (const [position, { name }] of tags.entries())
      if (["script", "link", "style", "body"].includes(name!)) expect(position).toBeGreaterThan(at);
  });

  it("lets in our own script, styles and font, and nothing else", () => {
    const policy = tags.find(({ attributes }) => attributes["http-equiv"] !== undefined)!.attributes[
      "content"
    ]!;
    const directives = Object.fromEntries(
      policy.split(";").map((directive: string) => {
        const [name, ...sources] = directive.trim().split(/\s+/);
        return [name, sources];
      }),
    );
    expect(directives).toEqual({
      "default-src": ["'none'"],
      "script-src": [`'nonce-${nonce}'`],
      "style-src": [cspSource, `'nonce-${nonce}'`],
      "font-src": [cspSource],
      "base-uri": ["'none'"],
      "form-action": ["'none'"],
    });
  });

  it("runs one script, which carries the nonce, and has none in its text", () => {
    const scripts = tags.filter(({ name }) => name === "script");
    expect(scripts.map(({ attributes }) => attributes["nonce"])).toEqual([nonce]);
    expect(html).toContain("></script>");
    expect(
      tags.flatMap(({ attributes }) => Object.keys(attributes)).filter((name) => name.startsWith("on")),
    ).toEqual([]);
  });
});
