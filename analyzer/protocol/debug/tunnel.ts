import { request } from "../request";
import { text } from "../shapes";

/** Names one debug session tunnelled through the language client. */
export type DebugTunnelId = string;

/** Debug sessions that run in the analyzer, so that a dump is indexed once for all views. */
export const debugRequests = {
  /** Begins a session; its messages follow as notifications both ways. */
  "debug/start": request({}).gives<{ readonly tunnel: DebugTunnelId }>(),
  /** Ends a session whose client is gone. */
  "debug/stop": request({ tunnel: text(40) }).gives<null>(),
};

/** One message of the Debug Adapter Protocol, in either direction. */
export interface DebugMessage {
  readonly tunnel: DebugTunnelId;
  /** A `DebugProtocol.ProtocolMessage`. */
  readonly message: unknown;
}

/** The notification that carries a {@link DebugMessage}, without the `exhume/` prefix; the same name both ways. */
export const debugMessageName = "debug/message";
