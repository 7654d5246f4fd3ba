import { afterAll, beforeAll, expect, it, vi } from "vitest";

const setState = vi.fn();
let state: typeof import("../../../webview/state");
beforeAll(async () => {
  vi.stubGlobal("acquireVsCodeApi", () => ({
    getState: () => ({ place: "old" }),
    setState,
    postMessage: vi.fn(),
  }));
  vi.stubGlobal("window", { addEventListener: vi.fn() });
  state = await import("../../../webview/state");
});
afterAll(() => vi.unstubAllGlobals());

it("keeps what was chosen between windows, of an encrypted dump nothing", () => {
  state.saveValue("query", "SELECT * FROM com.shop.Customer");
  expect(setState).not.toHaveBeenCalled();
  state.keepState(false);
  expect(setState).toHaveBeenLastCalledWith(undefined);
  state.saveValue("filter", "com.shop");
  expect(setState).toHaveBeenCalledTimes(1);
  expect(state.savedValue("filter")).toBe("com.shop");
  state.keepState(true);
  expect(setState).toHaveBeenLastCalledWith({
    place: "old",
    query: "SELECT * FROM com.shop.Customer",
    filter: "com.shop",
  });
});
