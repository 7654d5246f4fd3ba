import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

it("a window that gets messages of others goes on, and listens to its own", async () => {
  const target = new EventTarget();
  const sent: unknown[] = [];
  vi.stubGlobal("window", target);
  vi.stubGlobal("acquireVsCodeApi", () => ({ postMessage: (message: unknown) => sent.push(message) }));
  const { callHost, onHostEvent } = await import("../../../webview/host");
  const heard: unknown[] = [];
  onHostEvent((event) => heard.push(event));
  const answer = callHost("hello", null);
  const post = (data: unknown) =>
    target.dispatchEvent(Object.assign(new Event("message"), { data }) as MessageEvent);
  const { id } = sent[0] as { readonly id: number };
  const foreign = [
    ...[null, undefined, 5, "answer", [], {}, { type: 5 }, { type: "__proto__" }, { type: "constructor" }],
    ...[{ type: "answer" }, { type: "answer", id: "__proto__" }, { type: "fault", id: 99 }, { type: "run" }],
  ];
  for (const data of foreign) post(data);
  expect(heard).toEqual([]);
  post({ type: "answer", id, result: { facts: "ours" } });
  expect(await answer).toEqual({ facts: "ours" });
});
