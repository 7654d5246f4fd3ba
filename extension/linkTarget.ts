import { checkShape, path } from "../analyzer/protocol/shapes";
import { type Navigation, navigationShape } from "../analyzer/protocol/view/navigation";

/** What a link opens: a dump and a place in it. */
export interface LinkTarget {
  /** Path of the dump. */
  readonly dump: string;
  /** Everything in it that may be a path: the dump, and those it is compared with. */
  readonly files: readonly string[];
  /** The place is in the Java heap of a core. */
  readonly heapOfCore: boolean;
  readonly navigation: Navigation;
}

/** undefined for links that are not ours or are broken: links come from tickets, so nothing in them is trusted. */
export function parseLink(link: { readonly path: string; readonly query: string }): LinkTarget | undefined {
  if (link.path !== "/open") return undefined;
  const query = new URLSearchParams(link.query);
  const dump = query.get("dump");
  const view = query.get("view");
  if (dump === null || !checkShape(path, dump).ok || view === null) return undefined;
  const place = { view, params: parsedOr(query.get("params"), {}) };
  const row = parsedOr(query.get("row"), undefined);
  // A row that is not one is left out: the view is still worth opening.
  const navigation = [{ ...place, row }, place]
    .map((each) => checkShape(navigationShape, each))
    .find(({ ok }) => ok);
  if (!navigation?.ok) return undefined;
  const files = [dump, ...textsIn(navigation.value.params)];
  const heapOfCore = query.get("heapOfCore") === "true";
  return { dump, files, heapOfCore, navigation: navigation.value };
}

/** Every text in the parameters: which of them are paths is the views' affair. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
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
