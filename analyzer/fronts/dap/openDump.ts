import type { CoreOptions } from "../../protocol/dump/open";
import type { DumpSession } from "../../session/dumpSession";
import type { DebugServices } from "./dumpDebugAdapter";
import type { Opening } from "./readOnlyDebugSession";

const reportEveryMs = 250;

/**
 * Opens the dump and calls `opened` at once, so that a session that ends while the dump is still being read closes it.
 * Reports steps while it is read.
 * @throws ExhumeError when it cannot be read; cancelled with `opening.signal`
 */
export async function openReporting(
  services: DebugServices,
  path: string,
  { signal, report }: Opening,
  opened: (session: DumpSession) => void,
  core?: CoreOptions,
): Promise<DumpSession> {
  const session = await services.store.open(path, core === undefined ? undefined : { core });
  opened(session);
  signal.addEventListener("abort", () => session.cancelIndexing());
  const progress = setInterval(() => {
    const { state } = session;
    if (state.state === "indexing") report(state.step, state.fraction);
  }, reportEveryMs);
  try {
    await session.ready();
  } finally {
    clearInterval(progress);
  }
  return session;
}
