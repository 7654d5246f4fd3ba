import { env, Uri } from "vscode";
import { isOnAnotherMachine } from "../analyzer/base/otherMachines";
import type { Navigation } from "../analyzer/protocol/view/navigation";
import { confirm } from "./dialogs";
import { dumpFileOf, heapOfCoreUri, isHeapOfCore } from "./heapOfCoreUri";
import type { LinkTarget } from "./linkTarget";

export const extensionId = "exhume.exhume";

/** A `vscode://` link that can go into a ticket and opens the same place again. */
export function linkTo(dump: Uri, navigation: Navigation): string {
  const query = new URLSearchParams({ dump: dumpFileOf(dump).fsPath, view: navigation.view });
  if (isHeapOfCore(dump)) query.set("heapOfCore", "true");
  if (Object.keys(navigation.params).length > 0) query.set("params", JSON.stringify(navigation.params));
  if (navigation.row !== undefined) query.set("row", JSON.stringify(navigation.row));
  return Uri.from({
    scheme: env.uriScheme,
    authority: extensionId,
    path: "/open",
    query: query.toString(),
  }).toString(true);
}

/** Goes where a link leads. What lies on another machine is asked about first: that machine learns who asks. */
export async function followLink(
  editors: { show(dump: Uri, navigation: Navigation): Promise<void> },
  { dump, files, heapOfCore, navigation }: LinkTarget,
): Promise<void> {
  const elsewhere = files.filter(isOnAnotherMachine);
  if (elsewhere.length > 0) {
    const open = "Open Anyway";
    const detail = "That machine would be asked for it, with your name. Links can come from anybody.";
    const question = `This link opens ${elsewhere.join(", ")}, on another machine.`;
    if ((await confirm(question, detail, open)) !== open) return;
  }
  const file = Uri.file(dump);
  await editors.show(heapOfCore ? heapOfCoreUri(file) : file, navigation);
}
