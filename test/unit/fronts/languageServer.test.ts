import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLanguageClient, type TestClient } from "../../build/languageClient";

let client: TestClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
  client = await startLanguageClient([folder]);
});

afterAll(async () => {
  await client.stop();
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function check(request: Promise<unknown>, fault: { code: string; message: RegExp }): Promise<void> {
  const error = await request.then(
    () => undefined,
    (reason: { data?: { code?: string }; message: string }) => reason,
  );
  expect(error?.data?.code).toBe(fault.code);
  expect(error?.message).toMatch(fault.message);
}

describe("language server", () => {
  it("refuses what is not a dump, says what it is, and goes on", async () => {
    await check(client.send("dump/open", { path: file("a.hprof", "hello") }), {
      code: "notADump",
      message: /text file/,
    });
    await check(client.send("dump/open", { path: file("empty.hprof", "") }), {
      code: "empty",
      message: /0 bytes/,
    });
    await check(client.send("dump/open", { path: join(folder, "gone") }), {
      code: "unreadable",
      message: /no such file/,
    });
    mkdirSync(join(folder, "sub.hprof"));
    await check(client.send("dump/open", { path: join(folder, "sub.hprof") }), {
      code: "unreadable",
      message: /folder|regular file/,
    });
    const identity = await client.send("dump/identify", { path: file("b", Uint8Array.of(0x1f, 0x8b, 1)) });
    expect(identity).toMatchObject({ kind: "unknown", bytes: 3 });
  });

  it("answers unknown requests and unknown dumps", async () => {
    await check(client.send("heap/summary", { dump: "77" }), {
      code: "notFound",
      message: /no dump with id 77/,
    });
    const unknown = { code: "invalid", message: /^This is not a request of Exhume/ };
    for (const method of ["heap/nonsense", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
      await check(client.connection.sendRequest(`exhume/${method}`, { dump: "77" }), unknown);
    }
    await check(client.connection.sendRequest("nonsense", {}), unknown);
    await check(client.connection.sendRequest("\u001b]0;x\u0007", {}), unknown);
    expect(await client.send("dump/close", { dump: "77" })).toBeNull();
  });
});
