import { EventEmitter } from "node:events";
import { describe, expect, it, vi } from "vitest";
import { askSecretOn } from "../../../analyzer/fronts/cli/askSecret";

function terminal() {
  const input = Object.assign(new EventEmitter(), { setRawMode: vi.fn(), resume: vi.fn(), pause: vi.fn() });
  const printed: string[] = [];
  const asked = askSecretOn(input, (text) => printed.push(text), "Passphrase of \x1b[2Jx");
  return { input, printed, asked, type: (text: string) => input.emit("data", Buffer.from(text, "utf8")) };
}

describe("asking for a passphrase", () => {
  it("takes a line and shows nothing of it", async () => {
    const { input, printed, asked, type } = terminal();
    expect(input.setRawMode).toHaveBeenLastCalledWith(true);
    type("gé");
    type("h\x7f\x7feimö\x7fnis\r");
    expect(await asked).toBe("geimnis");
    expect(printed.join("")).toBe("Passphrase of \\x1b[2Jx: \n");
    expect(input.setRawMode).toHaveBeenLastCalledWith(false);
    expect(input.listenerCount("data")).toBe(0);
  });

  it.each(["\x03", "abc\x03", "\x04", "\r", "\x7f\n"])("is given up by %j", async (typed) => {
    const { asked, type } = terminal();
    type(typed);
    expect(await asked).toBeUndefined();
  });
});
