import { env, Uri } from "vscode";
import type { Navigation, RowPlace } from "../analyzer/protocol/navigation";

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
  if (dump === null || view === null || !/^\w+$/.test(view)) return undefined;
  const params = parseParams(query.get("params") ?? "{}");
  if (params === undefined) return undefined;
  const row = rowOf(parseParams(query.get("row") ?? "{}"));
  const navigation = { view, params, ...(row === undefined ? {} : { row }) };
  return { dump: Uri.file(dump), navigation: navigation as unknown as Navigation };
}

/** A row that is none is left out: the view is still worth opening. */
function rowOf(value: Record<string, unknown> | undefined): RowPlace | undefined {
  const { table, key, sort } = value ?? {};
  const { column, descending } = (sort ?? {}) as Record<string, unknown>;
  if (typeof table !== "string" || typeof key !== "string") return undefined;
  if (typeof column !== "string" || typeof descending !== "boolean") return undefined;
  return { table, key, sort: { column, descending } };
}

function parseParams(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
