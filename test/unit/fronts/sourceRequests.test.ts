import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startLanguageClient, type TestClient } from "../../build/languageClient";

let client: TestClient;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
  mkdirSync(join(folder, "src/com/shop"), { recursive: true });
  writeFileSync(join(folder, "src/com/shop/Cart.java"), "package com.shop;\nclass Cart {\n  int items;\n}\n");
  client = await startLanguageClient([folder]);
});

afterAll(async () => {
  await client.stop();
  rmSync(folder, { recursive: true });
});

it("finds sources in the client's workspace folders without an open dump", async () => {
  const { locations } = await client.send("source/field", { className: "com.shop.Cart", field: "items" });
  expect(locations).toMatchObject([{ path: join(folder, "src/com/shop/Cart.java"), line: 3, column: 7 }]);
  const { searched } = await client.send("source/class", { className: "com.shop.Gone" });
  expect(searched[0]).toContain(folder);
});
