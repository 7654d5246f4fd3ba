import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  armor,
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { ExhumeError } from "../../../../analyzer/base/errors";
import { fingerprintOf } from "../../../../analyzer/heap/hprof/index/indexFile";
import type { OpenOptions } from "../../../../analyzer/protocol/dump/open";
import { newAgeHeader } from "../../../../analyzer/session/encryption/fileKey";
import { openText } from "../../../../analyzer/session/encryption/sealing";
import { answerKeyOf } from "../../../../analyzer/session/index/answerFile";
import { deleteSavedIndex } from "../../../../analyzer/session/index/savedIndex";
import { SessionStore } from "../../../../analyzer/session/sessionStore";
import { bundle } from "../../../build/bundle";
import { chainDump } from "../../../build/chainDump";

let folder: string;
const inFolder = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "exhume-age-"));
  mkdirSync(inFolder("tmp"));
  vi.stubEnv("XDG_CACHE_HOME", inFolder("cache"));
  vi.stubEnv("TMPDIR", inFolder("tmp"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const dump = Buffer.from(chainDump(4000));

/** Writes an encrypted file and the identity that opens it, if it is not a passphrase. */
async function encrypted(name: string, contents: Uint8Array, passphrase?: string): Promise<OpenOptions> {
  const encrypter = new Encrypter();
  const makeIdentity = name.includes("pq") ? generateHybridIdentity : generateX25519Identity;
  if (passphrase === undefined) {
    const identity = await makeIdentity();
    encrypter.addRecipient(await identityToRecipient(identity));
    writeFileSync(inFolder("key"), `# ours\n${identity}\n`);
  } else {
    encrypter.setPassphrase(passphrase);
    encrypter.setScryptWorkFactor(10);
  }
  const bytes = await encrypter.encrypt(contents);
  writeFileSync(inFolder(name), name.includes("armored") ? armor.encode(bytes) : bytes);
  return { identityFiles: [inFolder("key")] };
}

function storeWith(askPassphrase?: () => Promise<string | undefined>): SessionStore {
  const workerFolder = dirname(bundle("dumpWorker"));
  return new SessionStore({ workerFolder, ...(askPassphrase === undefined ? {} : { askPassphrase }) });
}

/** How many objects it has, or why it does not open. */
async function objectsIn(store: SessionStore, name: string, options?: OpenOptions) {
  try {
    const session = await store.open(inFolder(name), options);
    await session.ready();
    const summary = await session.ask("heap/summary", {});
    const answer = { objects: summary.totals.objects, problems: session.problems.map(({ code }) => code) };
    await store.close(session.id);
    return answer;
  } catch (error) {
    if (error instanceof ExhumeError) return error.message.replaceAll(folder, "…");
    throw error;
  }
}

const whole = { objects: 4000, problems: [] };

describe("an encrypted dump", () => {
  it.each(["plain.age", "armored.age", "pq.age", "packed.gz.age"])(
    "opens with its identity: %s",
    async (name) => {
      const options = await encrypted(name, name.includes("packed") ? gzipSync(dump) : dump);
      const store = storeWith();
      expect(await objectsIn(store, name)).toBe(`…/${name} is encrypted: an identity file has to be named.`);
      expect(await objectsIn(store, name, options)).toEqual(whole);
      await store.dispose();
    },
  );

  it("opens with its passphrase, asked for anew after it was closed", async () => {
    await encrypted("dump.age", dump, "geheim");
    const answers = ["falsch", "geheim", undefined];
    const store = storeWith(async () => answers.shift());
    expect(await objectsIn(store, "dump.age")).toEqual(whole);
    expect(await objectsIn(store, "dump.age")).toContain("its passphrase is needed");
    expect(answers).toEqual([]);
    await expect(store.keys.unlock(inFolder("dump.age"), "falsch")).rejects.toThrow(
      "this is not its passphrase",
    );
    await store.keys.unlock(inFolder("dump.age"), "geheim");
    expect(await objectsIn(store, "dump.age")).toEqual(whole);
    await store.dispose();
  });

  it("says so when no identity fits, and what else it is encrypted to", async () => {
    await encrypted("dump.age", dump);
    writeFileSync(inFolder("key"), await generateX25519Identity());
    const options = { identityFiles: [inFolder("key")] };
    const store = storeWith();
    expect(await objectsIn(store, "dump.age", options)).toContain("none of the identities named opens it.");
    const body = "A".repeat(43);
    writeFileSync(
      inFolder("ssh.age"),
      `age-encryption.org/v1\n-> ssh-ed25519 abc ${body}\n${body}\n--- ${body}\n`,
    );
    expect(await objectsIn(store, "ssh.age", options)).toContain(
      "(ssh-ed25519) are of kinds Exhume does not read",
    );
    writeFileSync(inFolder("key"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    expect(await objectsIn(store, "dump.age", options)).toContain("SSH keys are not read");
    await store.dispose();
  });

  it("opens with an identity file that is encrypted with a passphrase itself", async () => {
    const options = await encrypted("dump.age", dump);
    await encrypted("key.age", readFileSync(inFolder("key")), "geheim");
    const asked = vi.fn(async () => "geheim");
    const store = storeWith(asked);
    expect(await objectsIn(store, "dump.age", { ...options, identityFiles: [inFolder("key.age")] })).toEqual(
      whole,
    );
    expect(asked).toHaveBeenCalledExactlyOnceWith(inFolder("key.age"));
    await store.dispose();
  });

  it("says so when an identity file needs itself, and when a key is mistyped", async () => {
    const options = await encrypted("dump.age", dump);
    const store = storeWith();
    const itself = { identityFiles: [inFolder("dump.age")] };
    expect(await objectsIn(store, "dump.age", itself)).toContain("only those with a passphrase are opened");
    const identity = readFileSync(inFolder("key"), "utf8");
    writeFileSync(
      inFolder("key"),
      identity.replace(/.\n$/, (end) => (end === "Q\n" ? "P\n" : "Q\n")),
    );
    expect(await objectsIn(store, "dump.age", options)).toBe(
      "An identity is mistyped or damaged: its checksum is wrong.",
    );
    await expect(newAgeHeader({ recipients: ["age1xyz"] })).rejects.toThrow("age1xyz is mistyped");
    await store.dispose();
  });

  it("whose beginning was changed says so", async () => {
    const options = await encrypted("dump.age", dump);
    const bytes = readFileSync(inFolder("dump.age"));
    bytes[1000]! ^= 1;
    writeFileSync(inFolder("dump.age"), bytes);
    const store = storeWith();
    expect(await objectsIn(store, "dump.age", options)).toContain("its beginning was changed or cut");
    await store.dispose();
  });

  it.each([
    ["cut", (bytes: Buffer) => bytes.subarray(0, 100_000), ["encrypted-data-damaged"]],
    [
      "changed in one place",
      (bytes: Buffer) => {
        bytes[70_000]! ^= 1;
        return bytes;
      },
      ["encrypted-data-damaged"],
    ],
  ])("that was %s shows what is left and says so", async (_, harm, problems) => {
    const options = await encrypted("dump.age", dump);
    writeFileSync(inFolder("dump.age"), harm(readFileSync(inFolder("dump.age"))));
    const store = storeWith();
    const answer = await objectsIn(store, "dump.age", options);
    expect(answer).toMatchObject({ problems: expect.arrayContaining(problems) });
    const { objects } = answer as { readonly objects: number };
    expect(objects).toBeGreaterThan(1000);
    expect(objects).toBeLessThan(whole.objects);
    await store.dispose();
  });

  it("that is encrypted twice, or inside gzip, is not opened", async () => {
    const options = await encrypted("twice.age", Buffer.from("age-encryption.org/v1\n"));
    const store = storeWith();
    expect(await objectsIn(store, "twice.age", options)).toContain(
      "encrypted with age inside something else",
    );
    writeFileSync(inFolder("x.age.gz"), gzipSync(readFileSync(inFolder("twice.age"))));
    expect(await objectsIn(store, "x.age.gz", options)).toContain("inside gzip: encrypted with age");
    await store.dispose();
  });

  it("leaves nothing of itself on the disk that opens without its key", async () => {
    const options = { ...(await encrypted("dump.age", dump)), indexDirectory: inFolder("index") };
    const store = storeWith();
    const session = await store.open(inFolder("dump.age"), options);
    await session.ready();
    await session.ask("heap/suspects", {});
    await store.dispose();
    const left = readdirSync(inFolder("tmp"), { recursive: true });
    expect(left).toEqual([`exhume-${process.getuid!()}`]);
    const [answers, index, ...others] = readdirSync(inFolder("index")).sort();
    expect([index, others]).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.exhume-index$/), []]);
    expect(answers).toBe(index!.replace("-index", "-answers"));
    expect(readFileSync(inFolder(`index/${index}`), "latin1")).not.toMatch(/Link|java/);
    const [, sealed] = readFileSync(inFolder(`index/${answers}`), "utf8").split("\n");
    // Nor with that of the same dump as it is without encryption.
    expect(openText(answerKeyOf(new BytesSource("", dump), undefined), sealed!)).toBeUndefined();
    expect(sealed).toMatch(/^[\w+/=-]+$/);
    expect(index).not.toContain(fingerprintOf(new BytesSource("", dump), ""));
  });

  it("opens with its sealed index, but not with that of another key or a changed one", async () => {
    const options = { ...(await encrypted("dump.age", dump)), indexDirectory: inFolder("index") };
    const store = storeWith();
    const isFromIndex = async () => {
      const session = await store.open(inFolder("dump.age"), options);
      await session.ready();
      const { fromSavedIndex, totals } = await session.ask("heap/summary", {});
      const problems = session.problems.map(({ code }) => code);
      await store.close(session.id);
      return { fromSavedIndex, objects: totals.objects, problems };
    };
    const fresh = { ...whole, fromSavedIndex: false };
    expect(await isFromIndex()).toEqual(fresh);
    expect(await isFromIndex()).toEqual({ ...whole, fromSavedIndex: true });
    const [index] = readdirSync(inFolder("index"));
    const bytes = readFileSync(inFolder(`index/${index}`));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(inFolder(`index/${index}`), bytes);
    expect(await isFromIndex()).toEqual({ ...fresh, problems: ["index-unreadable"] });
    expect(await isFromIndex()).toEqual({ ...whole, fromSavedIndex: true });
    // The same dump, encrypted anew.
    options.identityFiles = (await encrypted("dump.age", dump)).identityFiles ?? [];
    expect(await isFromIndex()).toEqual(fresh);
    expect(readdirSync(inFolder("index"))).toHaveLength(2);
    await store.dispose();
    expect(deleteSavedIndex(inFolder("dump.age"), {}, false).deleted).toHaveLength(2);
    expect(readdirSync(inFolder("index"))).toEqual([]);
  });
});
