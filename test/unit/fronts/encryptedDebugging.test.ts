import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Encrypter, generateIdentity, identityToRecipient } from "age-encryption";
import { afterAll, expect, it } from "vitest";
import { startDebugClient } from "../../build/debugClient";
import { smallCore } from "../../build/smallCore";

const folder = mkdtempSync(join(tmpdir(), "exhume-encrypted-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("debugs an encrypted core with the identity a launch configuration names, and says so without it", async () => {
  const identity = await generateIdentity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  const core = join(folder, "core.4711.age");
  const key = join(folder, "key.txt");
  writeFileSync(core, await encrypter.encrypt(smallCore()));
  writeFileSync(key, `${identity}\n`, { mode: 0o600 });
  const launch = async (args: object) => {
    const client = startDebugClient();
    try {
      await client.send("initialize", { adapterID: "exhume" });
      const launched = await client.send("launch", { core, ...args });
      return launched.success ? await client.body("threads") : launched.message;
    } finally {
      await client.stop();
    }
  };
  expect(await launch({})).toContain("is encrypted");
  expect(await launch({ identityFiles: [key] })).toHaveProperty("threads");
});
