import type { Connection } from "vscode-languageserver";
import { ExhumeError } from "../../base/errors";
import type { debugRequests } from "../../protocol/debug/tunnel";
import { type DebugMessage, debugMessage, debugMessageName } from "../../protocol/debug/tunnel";
import { methodPrefix } from "../../protocol/requests";
import { checkShape } from "../../protocol/shapes";
import { debugSessions } from "../dap/debugSessions";
import { type DebugServices, DumpDebugAdapter } from "../dap/dumpDebugAdapter";
import type { Handlers } from "./handlers";

/** Carries debug sessions over the language client's connection: one adapter a tunnel, messages as notifications. */
export function debugHandlers(
  connection: Connection,
  services: DebugServices,
): Handlers<keyof typeof debugRequests> {
  const adapters = new Map<string, DumpDebugAdapter>();
  let nextTunnel = 1;
  connection.onNotification(methodPrefix + debugMessageName, (sent: unknown) => {
    const checked = checkShape(debugMessage, sent);
    if (checked.ok) adapters.get(checked.value.tunnel)?.handleMessage(checked.value.message);
  });
  return {
    "debug/start": async () => {
      const tunnel = String(nextTunnel++);
      const adapter = new DumpDebugAdapter(services, debugSessions);
      adapter.onDidSendMessage((message) => {
        void connection.sendNotification(methodPrefix + debugMessageName, {
          tunnel,
          message,
        } satisfies DebugMessage);
      });
      adapters.set(tunnel, adapter);
      return { tunnel };
    },
    "debug/stop": async ({ tunnel }) => {
      const adapter = adapters.get(tunnel);
      if (adapter === undefined) throw new ExhumeError({ code: "notFound", what: `debug session ${tunnel}` });
      adapters.delete(tunnel);
      adapter.dispose();
      return null;
    },
  };
}
