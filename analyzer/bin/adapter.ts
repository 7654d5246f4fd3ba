import { debugSessions } from "../fronts/dap/debugSessions";
import { DumpDebugAdapter } from "../fronts/dap/dumpDebugAdapter";
import { ReadThread } from "../session/reading/readThread";
import { SessionStore } from "../session/sessionStore";

const store = new SessionStore({ workerFolder: __dirname });
const adapter = new DumpDebugAdapter(
  {
    store,
    sources: new ReadThread(__dirname),
    log: (text) => void process.stderr.write(`${text}\n`),
  },
  debugSessions,
);
const end = () => {
  adapter.dispose();
  void store.dispose().then(() => process.exit(0));
};
process.stdin.on("end", end);
process.once("SIGTERM", end);
adapter.start(process.stdin, process.stdout);
