import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unwatched } from "../../../../analyzer/base/work";
import { performEncryptionTask } from "../../../../analyzer/session/encryption/encryptionTasks";

let folder: string;
const inFolder = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const contents = new Uint8Array(200_000).fill(65);

async function encrypted() {
  const identity = await generateX25519Identity();
  const encrypter = new Encrypter();
  encrypter.addRecipient(await identityToRecipient(identity));
  writeFileSync(inFolder("x.age"), await encrypter.encrypt(contents));
  const task = { type: "unlock", path: inFolder("x.age"), keys: { identities: [identity] } } as const;
  return (await performEncryptionTask(task, unwatched)) as Uint8Array;
}

const decrypt = async (fileKey: Uint8Array) =>
  performEncryptionTask(
    { type: "decrypt", path: inFolder("x.age"), fileKey, out: inFolder("out") },
    unwatched,
  );

describe("writing what is inside an encrypted file", () => {
  it("leaves a file when it is whole", async () => {
    expect(await decrypt(await encrypted())).toBe(contents.length);
    expect(Buffer.compare(readFileSync(inFolder("out")), contents)).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(["out", "x.age"]);
  });

  it.each([
    ["a bit of it was flipped", (bytes: Buffer) => bytes.fill(0, 100_000, 100_001)],
    ["it was cut", (bytes: Buffer) => bytes.subarray(0, 150_000)],
  ])("leaves nothing when %s", async (_, harm) => {
    const fileKey = await encrypted();
    writeFileSync(inFolder("x.age"), harm(readFileSync(inFolder("x.age"))));
    await expect(decrypt(fileKey)).rejects.toThrow("nothing was written");
    expect(readdirSync(folder)).toEqual(["x.age"]);
  });

  it("deletes what a killed process left of the same file, and nothing else", async () => {
    const fileKey = await encrypted();
    writeFileSync(inFolder("precious"), "x");
    writeFileSync(inFolder("out.999999999-a-b.part"), "plain");
    writeFileSync(inFolder(`out.${process.pid}-a-b.part`), "of somebody at work");
    writeFileSync(inFolder("out.999999999.part"), "another's");
    writeFileSync(inFolder("others.999999999-a-b.part"), "another's");
    symlinkSync(inFolder("precious"), inFolder("out.999999998-a-b.part"));
    await decrypt(fileKey);
    expect(existsSync(inFolder("precious"))).toBe(true);
    expect(readdirSync(folder).sort()).toEqual(
      [
        "others.999999999-a-b.part",
        "out",
        `out.${process.pid}-a-b.part`,
        "out.999999998-a-b.part",
        "out.999999999.part",
        "precious",
        "x.age",
      ].sort(),
    );
    await expect(decrypt(fileKey)).rejects.toThrow("it is not overwritten");
  });
});
