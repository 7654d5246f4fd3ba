import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CancellationTokenSource } from "vscode-jsonrpc/node";
import { methodPrefix } from "../../../analyzer/protocol/requests";
import { startLanguageClient, type TestClient } from "../../build/languageClient";
import { smallDump } from "../../build/smallDump";

/** By Python's bz2: the header of a file of 550 MB, `zeros`, in a tar archive; then 45,899,235 zeros. */
const header =
  "QlpoOTFBWSZTWWKYrFAAACVbgMiAQABPgAAIYgCeEAgAIABURNGgDQzUDTJT9UPUeoaBhhCDjVzmk4MHRUYEmBRAuYFunaSJLJGTBes4cex8XckU4UJBimKxQA==";
const zeros = "QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXF3JFOFCQDgni3w==";

let client: TestClient;
let folder: string;
/** Some 400 bytes that take a second or more to look through: a quarter of a gigabyte comes before anything that could be a dump. */
let slow: string;
let quick: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "exhume-test-"));
  slow = join(folder, "slow.tar.bz2");
  const packed = [header, ...Array.from({ length: 6 }, () => zeros)];
  writeFileSync(slow, Buffer.concat(packed.map((text) => Buffer.from(text, "base64"))));
  quick = join(folder, "quick.hprof");
  writeFileSync(quick, smallDump().build());
  client = await startLanguageClient([folder]);
});

afterAll(async () => {
  await client.stop();
  rmSync(folder, { recursive: true });
});

describe("a file that takes long to be told", () => {
  it("keeps no other request waiting", async () => {
    const answered: string[] = [];
    const told = client.send("dump/identify", { path: slow }).then(({ format }) => answered.push(format));
    const other = client.send("dump/close", { dump: "77" }).then(() => answered.push("closed"));
    await Promise.all([told, other]);
    expect(answered).toEqual(["closed", expect.stringContaining("tar archive")]);
  });

  it("is given up at once, and the next file is told by another thread", async () => {
    writeFileSync(slow, Buffer.from("\0"), { flag: "a" });
    const cancel = new CancellationTokenSource();
    const told = client.connection.sendRequest(`${methodPrefix}dump/identify`, { path: slow }, cancel.token);
    // Requests are taken in their order: with the answer to this one, the first is under way.
    await client.send("dump/close", { dump: "77" });
    cancel.cancel();
    await expect(told).rejects.toMatchObject({ data: { code: "cancelled" } });
    expect(await client.send("dump/identify", { path: quick })).toMatchObject({ kind: "heap" });
  });
});
