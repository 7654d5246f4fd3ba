import type { Call } from "./wire";

/** Names one debug session tunnelled through the language client. */
export type DebugTunnelId = string;

/** Debug sessions that run in the analyzer, so that a dump is indexed once for all views. */
export interface DebugRequests {
  /** Begins a session; its messages follow as notifications both ways. */
  "debug/start": Call<Record<string, never>, { readonly tunnel: DebugTunnelId }>;
  /** Ends a session whose client is gone. */
  "debug/stop": Call<{ readonly tunnel: DebugTunnelId }, null>;
}

/** One message of the Debug Adapter Protocol, in either direction. */
export interface DebugMessage {
  readonly tunnel: DebugTunnelId;
  /** A `DebugProtocol.ProtocolMessage`. */
  readonly message: unknown;
}

/** The notification that carries a {@link DebugMessage}, without the `exhume/` prefix; the same name both ways. */
export const debugMessageName = "debug/message";
