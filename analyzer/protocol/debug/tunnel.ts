import { request } from "../request";
import { anything, type Of, object, text } from "../shapes";

/** Names one debug session tunnelled through the language client. */
const tunnel = text(40);

/** Debug sessions that run in the analyzer, so that a dump is indexed once for all views. */
export const debugRequests = {
  /** Begins a session; its messages follow as notifications both ways. */
  "debug/start": request({}).gives<{ readonly tunnel: string }>(),
  /** Ends a session whose client is gone. */
  "debug/stop": request({ tunnel }).gives<null>(),
};

/** One message of the Debug Adapter Protocol, in either direction. */
export const debugMessage = object({
  tunnel,
  /** A `DebugProtocol.ProtocolMessage`. */
  message: anything,
});
export type DebugMessage = Of<typeof debugMessage>;

/** The notification that carries a {@link DebugMessage}, without the `exhume/` prefix; the same name both ways. */
export const debugMessageName = "debug/message";
