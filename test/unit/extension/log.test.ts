import { expect, it } from "vitest";
import type { LogOutputChannel } from "vscode";
import { escapedLog } from "../../../extension/log";

it("shows controls of foreign text, and lets none of its lines begin an entry", () => {
  const written: string[] = [];
  const channel = Object.freeze({
    name: "Exhume",
    info: (message: string) => written.push(message),
    error: (message: string | Error) => written.push(String(message)),
    show: () => written.push("shown"),
  });
  const log = escapedLog(channel as unknown as LogOutputChannel);
  log.info("Opened /tmp/\u001b]52;c;ZXZpbA==\u0007 as 1");
  log.error("/tmp/a\n2026-01-01 [error] somebody else's entry");
  log.error(Object.assign(new Error("x"), { stack: "Error: x\r\n  at y\u202e" }));
  log.show();
  expect(log.name).toBe("Exhume");
  expect(written).toEqual([
    "Opened /tmp/\\x1b]52;c;ZXZpbA==\\x07 as 1",
    "/tmp/a\n    2026-01-01 [error] somebody else's entry",
    "Error: x\n      at y\\u202e",
    "shown",
  ]);
});

it("writes down no passphrase, however the language client shows what it sends", () => {
  const written: string[] = [];
  const channel = { trace: (message: string) => written.push(message) };
  const log = escapedLog(channel as unknown as LogOutputChannel);
  const params = { path: "/tmp/a.age", passphrase: 'cor"rect \\ horse' };
  log.trace(`Sending request 'exhume/dump/unlock'.\nParams: ${JSON.stringify(params, null, 4)}`);
  log.trace(JSON.stringify({ params, isLSPMessage: true }));
  log.trace(JSON.stringify(params).slice(0, -4));
  expect(written.join()).not.toMatch(/rect|horse/);
  expect(written[0]).toContain('"path": "/tmp/a.age"');
});
