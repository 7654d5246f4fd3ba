import { env, Uri } from "vscode";
import { isOnAnotherMachine } from "../analyzer/base/otherMachines";
import { checkShape, path } from "../analyzer/protocol/shapes";
import { type Navigation, navigationShape } from "../analyzer/protocol/view/navigation";
import { confirm } from "./dialogs";

export const extensionId = "exhume.exhume";

/** What a link opens: a dump and a place in it. */
export interface LinkTarget {
  readonly dump: Uri;
  /** Everything in it that may be a path: the dump, and those it is compared with. */
  readonly files: readonly string[];
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
  if (dump === null || !checkShape(path, dump).ok || view === null) return undefined;
  const place = { view, params: parsedOr(query.get("params"), {}) };
  const row = parsedOr(query.get("row"), undefined);
  // A row that is not one is left out: the view is still worth opening.
  const navigation = [{ ...place, row }, place]
    .map((each) => checkShape(navigationShape, each))
    .find(({ ok }) => ok);
  if (!navigation?.ok) return undefined;
  const files = [dump, ...textsIn(navigation.value.params)];
  return { dump: Uri.file(dump), files, navigation: navigation.value };
}

/** Goes where a link leads. What lies on another machine is asked about first: that machine learns who asks. */
export async function followLink(
  editors: { show(dump: Uri, navigation: Navigation): Promise<void> },
  { dump, files, navigation }: LinkTarget,
): Promise<void> {
  const elsewhere = files.filter(isOnAnotherMachine);
  if (elsewhere.length > 0) {
    const open = "Open Anyway";
    const detail = "That machine would be asked for it, with your name. Links can come from anybody.";
    const question = `This link opens ${elsewhere.join(", ")}, on another machine.`;
    if ((await confirm(question, detail, open)) !== open) return;
  }
  await editors.show(dump, navigation);
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
