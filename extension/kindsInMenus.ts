import { commands, type Disposable } from "vscode";
import type { DumpKind } from "../analyzer/protocol/dump/open";
import type { KnownDumps } from "./knownDumps";

/** Lets menus speak of files by what they turned out to be when they were opened, whatever their names. */
export function tellMenusKinds(known: KnownDumps): Disposable {
  const tell = () => {
    const pathsOf = (kind: DumpKind) =>
      known
        .list()
        .filter((dump) => dump.kind === kind)
        .map(({ path }) => path);
    void commands.executeCommand("setContext", "exhume.heapDumps", pathsOf("heap"));
    void commands.executeCommand("setContext", "exhume.cores", pathsOf("core"));
  };
  tell();
  return known.onChanged(tell);
}
