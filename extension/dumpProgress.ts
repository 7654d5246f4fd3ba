import { basename } from "node:path";
import { type CancellationToken, type Progress, ProgressLocation, type Uri, window } from "vscode";
import { visibleControls } from "../analyzer/base/foreignText";
import type { AnalyzerClient } from "./analyzerClient";

type Report = Progress<{ readonly message: string; readonly increment: number }>;

/** Runs something long about a dump under a notification that says how far it is, and that can be cancelled. */
export function withDumpProgress<Result>(
  analyzer: AnalyzerClient,
  dump: Uri,
  doing: string,
  task: (token: CancellationToken) => Promise<Result>,
): Thenable<Result> {
  const title = `${doing} ${visibleControls(basename(dump.fsPath))}`;
  const location = ProgressLocation.Notification;
  return window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const listening = analyzer.onProgress(({ path, step, fraction }) => {
      if (path === dump.fsPath) show(progress, step, fraction);
    });
    try {
      return await task(token);
    } finally {
      listening.dispose();
    }
  });
}

/** The bar moves once; the steps of a copy come several times, so their share is told in words. */
function show(progress: Report, step: string, fraction: number): void {
  const share = Math.floor(100 * Math.max(0, Math.min(1, fraction)));
  progress.report({ message: `${visibleControls(step)}, ${share} %`, increment: 0 });
}
