import { basename } from "node:path";
import { Uri, window } from "vscode";
import { formatBytes } from "../analyzer/base/figures";
import type { AnalyzerClient } from "./analyzerClient";
import { tell } from "./dialogs";
import { withDumpProgress } from "./dumpProgress";
import { openUnlocked } from "./encryption";
import { undecided } from "./severalDumps";

/** Writes the Java heap of a core, or a heap dump once more, where the user says. */
export async function saveHeapDump(analyzer: AnalyzerClient, dump: Uri): Promise<void> {
  const defaultUri = Uri.file(`${dump.fsPath.replace(/\.hprof$/, ".copy")}.hprof`);
  const filters = { "Heap dump": ["hprof", "gz"] };
  const title = "Save as heap dump (ends in .gz: packed)";
  const out = await window.showSaveDialog({ defaultUri, filters, title, saveLabel: "Save Heap Dump" });
  if (out !== undefined) await writeHeapDump(analyzer, dump, out);
}

/** @throws AnalyzerError */
export async function writeHeapDump(analyzer: AnalyzerClient, dump: Uri, out: Uri): Promise<void> {
  const written = await withDumpProgress(analyzer, dump, "Writing the heap dump of", async (token) => {
    const choice = { ...undecided, heapOfCore: true, unindexed: true };
    const { dump: id } = await openUnlocked(analyzer, dump.fsPath, choice);
    try {
      const copy = { out: out.fsPath, gzip: out.fsPath.endsWith(".gz"), reachableOnly: false };
      return await analyzer.request("heap/saveCopy", { dump: id, ...copy }, token);
    } finally {
      await analyzer.request("dump/close", { dump: id });
    }
  });
  void tell(`Wrote ${basename(out.fsPath)} (${formatBytes(written.bytes)}).`);
}
