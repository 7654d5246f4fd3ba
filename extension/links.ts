import { env, Uri } from "vscode";
import { check, path } from "../analyzer/protocol/shapes";
import { type Navigation, navigationShape } from "../analyzer/protocol/view/navigation";

export const extensionId = "exhume.exhume";

/** What a link opens: a dump and a place in it. */
export interface LinkTarget {
  readonly dump: Uri;
  readonly navigation: Navigation;
}

/** A `vscode://` link that can go into a ticket and opens the same place again. */
export function linkTo(dump: Uri, navigation: Navigation): string {
  const query = new URLSearchParams({ dump: dump.fsPath, view: navigation.view });
  if (Object.keys(navigation.params).length > 0) query.set("params", JSON.stringify(navigation.params));
  if (navigation.row !== undefined) query.set("row", JSON.stringify(navigation.row));
  return Uri.from({
    scheme: env.uriScheme,
    authority: extensionId,
    path: "/open",
    query: query.toString(),
  }).toString(true);
}

/** undefined for links that are not ours or are broken: links come from tickets, so nothing in them is trusted. */
export function parseLink(link: Uri): LinkTarget | undefined {
  if (link.path !== "/open") return undefined;
  const query = new URLSearchParams(link.query);
  const dump = query.get("dump");
  const view = query.get("view");
  if (dump === null || !check(path, dump).ok || view === null) return undefined;
  const place = { view, params: parsedOr(query.get("params"), {}) };
  const row = parsedOr(query.get("row"), undefined);
  // A row that is not one is left out: the view is still worth opening.
  const navigation = [{ ...place, row }, place]
    .map((each) => check(navigationShape, each))
    .find(({ ok }) => ok);
  return navigation?.ok ? { dump: Uri.file(dump), navigation: navigation.value } : undefined;
}

function parsedOr(text: string | null, otherwise: unknown): unknown {
  if (text === null) return otherwise;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
