import { describe, expect, it } from "vitest";
import { type HostCallName, hostCalls } from "../../../analyzer/protocol/view/hostCalls";
import { answerCall, type HostHandlers } from "../../../extension/viewCalls";
import { type DeclaredShape, exampleOf, hostileValues } from "../../build/hostileValues";

const names = Object.keys(hostCalls) as HostCallName[];

/** Says which call was made with what. */
const handlers = Object.fromEntries(
  names.map((name) => [name, async (params: unknown) => ({ name, params })]),
) as unknown as HostHandlers<null>;

const shapeOf = (name: HostCallName) => hostCalls[name].params as unknown as DeclaredShape;
const call = (name: string, params: unknown) => answerCall(handlers, name, params, null);

describe.each(names)("the call %s of a view", (name) => {
  it("is answered as declared", async () => {
    const params = exampleOf(shapeOf(name));
    expect(await call(name, params)).toEqual({ name, params });
  });

  it("is refused in a sentence otherwise", async () => {
    for (const [what, params] of hostileValues(shapeOf(name))) {
      await expect(call(name, params), what).rejects.toThrow(
        /^A view asked for \w+ in a wrong way: [ -~]+\.$/,
      );
    }
  });
});

describe("calls of views", () => {
  it.each(["runCommand", "executeCommand", "constructor", "toString", "__proto__", ""])(
    "do not have %j: a view runs no command and reaches nothing that is not declared",
    async (name) => {
      const params = { command: "workbench.action.terminal.sendSequence", args: [] };
      await expect(call(name, params)).rejects.toThrow(
        "A view asked for something that views cannot ask for.",
      );
    },
  );

  it.each([
    "dump/deleteIndex",
    "heap/saveCopy",
    "dump/open",
    "dump/close",
    "dumps/find",
    "source/text",
    "debug/start",
    "toString",
  ])("do not ask the analyzer for %s, which is about other files than the view's own", async (method) => {
    await expect(call("ask", { method, params: {} })).rejects.toThrow(
      "method has to be a question of a view",
    );
  });
});
