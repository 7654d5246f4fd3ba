import { type ChildProcess, spawn } from "node:child_process";

/** How the analyzer is started. */
export interface AnalyzerLaunch {
  /** The language server's bundle. */
  readonly serverPath: string;
  /** undefined: the Node that VS Code itself runs on. */
  readonly nodePath: string | undefined;
  /** Added to the environment: the policy of this machine. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Starts the analyzer on stdio in a process of its own. */
export function startAnalyzerProcess({ serverPath, nodePath, environment }: AnalyzerLaunch): ChildProcess {
  return spawn(nodePath ?? process.execPath, [serverPath, "--stdio"], {
    // On the desktop VS Code's executable is Electron; this makes it behave as Node.
    env: {
      ...process.env,
      ...environment,
      ELECTRON_RUN_AS_NODE: "1",
      GLIBC_TUNABLES: tunables(process.env["GLIBC_TUNABLES"]),
    },
    stdio: "pipe",
  });
}

/**
 * Asks glibc, where there is one, to put big columns into huge pages if the system leaves that to programs: an analysis
 * looks them up in no order, and spends a tenth of its time on finding small pages.
 */
export function tunables(before: string | undefined): string {
  if (before?.includes("glibc.malloc.hugetlb")) return before;
  return [...(before ? [before] : []), "glibc.malloc.hugetlb=1"].join(":");
}

/** Resolves when the process is gone, with the reason in words. */
export function endOf(child: ChildProcess): Promise<string> {
  return new Promise((done) => {
    child.once("error", (error) => done(`it could not be started (${error.message})`));
    child.once("exit", (code, signal) => done(describeExit(code, signal)));
  });
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === "SIGKILL") return "it was killed (SIGKILL), as systems do when memory runs out";
  if (signal === "SIGABRT" || code === 134) return "it ran out of memory or aborted (SIGABRT)";
  if (signal !== null) return `it was ended by ${signal}`;
  return `it ended with exit code ${code}`;
}
