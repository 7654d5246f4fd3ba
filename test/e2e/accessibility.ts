import axe, { type AxeResults } from "axe-core";
import type { Workbench } from "./workbench";

/** Elements whose text has the colour of what is behind it: axe takes that for hidden on purpose. */
async function unseen(workbench: Workbench): Promise<string[]> {
  return workbench.view.locator("html").evaluate((html) => {
    const view = html.ownerDocument.defaultView!;
    const behind = (element: Element | null): string => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = view.getComputedStyle(at).backgroundColor;
        if (!/^rgba\(.*, 0\)$/.test(colour)) return colour;
      }
      return "";
    };
    return [...html.querySelectorAll("body *")]
      .filter((each) =>
        [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim() !== ""),
      )
      .filter((each) => view.getComputedStyle(each).color === behind(each))
      .map((each) => `unseen: ${each.tagName} ${each.className} ${each.textContent!.slice(0, 40)}`);
  });
}

/** What axe finds wrong with the view that is shown, a line each: colours against the theme, names, roles, states. */
export async function violations(workbench: Workbench): Promise<string[]> {
  const found = await workbench.view.locator("html").evaluate(async (html, source) => {
    const page = html.ownerDocument;
    const view = page.defaultView as unknown as { axe?: { run(options: unknown): Promise<AxeResults> } };
    if (view.axe === undefined) {
      const script = page.createElement("script");
      // The view's policy admits scripts with its nonce only.
      script.nonce = page.querySelector<HTMLScriptElement>("script[nonce]")!.nonce;
      script.textContent = source;
      page.head.append(script);
    }
    const { violations } = await view.axe!.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
      resultTypes: ["violations"],
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ target, any }) => `${id}: ${target.join(" ")} ${any[0]?.message ?? ""}`),
    );
  }, axe.source);
  return [...found, ...(await unseen(workbench))];
}
