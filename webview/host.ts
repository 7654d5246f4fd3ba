import type { HostCallName, HostParams, HostResult, ViewMessage } from "../analyzer/protocol/view/hostCalls";
import type { HostToView } from "../analyzer/protocol/view/hostMessages";
import type { WireFault } from "../analyzer/protocol/wire";

interface VsCodeApi {
  postMessage(message: ViewMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

/** The editor's side of the frame; may be acquired once only. */
export const vscodeApi: VsCodeApi = acquireVsCodeApi();

/** A call that failed, with the analyzer's or the extension's fault. */
export class HostError extends Error {
  constructor(readonly fault: WireFault) {
    super(fault.message);
    this.name = "HostError";
  }
}

interface Pending {
  readonly answer: (result: unknown) => void;
  readonly fail: (error: Error) => void;
}

type Event = Extract<HostToView, { type: "facts" | "navigate" | "act" | "notesChanged" }>;

const pending = new Map<number, Pending>();
const listeners = new Set<(event: Event) => void>();
let lastId = 0;

window.addEventListener("message", ({ data }: MessageEvent<HostToView | null>) => {
  // Whoever has the window can post to it; what is not ours is nobody's.
  switch (data?.type) {
    case "answer":
      pending.get(data.id)?.answer(data.result);
      pending.delete(data.id);
      return;
    case "fault":
      pending.get(data.id)?.fail(new HostError(data.fault));
      pending.delete(data.id);
      return;
    case "facts":
    case "navigate":
    case "act":
    case "notesChanged":
      for (const listener of listeners) listener(data);
  }
});

/** Calls the extension. When `signal` aborts, the answer is abandoned and the promise fails as `cancelled`. */
export function callHost<Name extends HostCallName>(
  name: Name,
  params: HostParams<Name>,
  signal?: AbortSignal,
): Promise<HostResult<Name>> {
  const id = ++lastId;
  return new Promise((answer, fail) => {
    const cancelled = () => {
      if (!pending.delete(id)) return;
      vscodeApi.postMessage({ type: "abandon", id });
      fail(new HostError({ code: "cancelled", message: "Cancelled.", data: {} }));
    };
    pending.set(id, {
      answer: (result) => {
        signal?.removeEventListener("abort", cancelled);
        answer(result as HostResult<Name>);
      },
      fail: (error) => {
        signal?.removeEventListener("abort", cancelled);
        fail(error);
      },
    });
    vscodeApi.postMessage({ type: "call", id, name, params });
    if (signal?.aborted) cancelled();
    else signal?.addEventListener("abort", cancelled, { once: true });
  });
}

/** Listens to what the extension sends unasked; returns how to stop. */
export function onHostEvent(listener: (event: Event) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What to show for something that was thrown; undefined for answers nobody wanted any more. */
export function faultToShow(thrown: unknown): WireFault | undefined {
  if (thrown instanceof HostError) return thrown.fault.code === "cancelled" ? undefined : thrown.fault;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return { code: "internal", message, data: {} };
}
