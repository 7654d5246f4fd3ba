import { createHash, createPublicKey, generateKeyPairSync, verify } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redactionLevels } from "../../../analyzer/base/secrets/redactionLevel";
import { type CliRun, runExhume } from "../../build/cli";
import { findJdks, makeJavaDump } from "../../build/javaDumps";
import { leakDump } from "../../build/leakDumps";
import { mavenDump } from "../../build/mavenDump";
import { tomcatDump } from "../../build/tomcatDump";
import { judgeHeap } from "../../build/visualvm";

const jdk = findJdks().find(({ version }) => version === 17) ?? findJdks()[0]!;
const folder = mkdtempSync(join(tmpdir(), "exhume-redacted-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the program holds and its thread is called. */
const planted = ["n8Qw3ErTy5UiOp7AsDfG9hJkLzXc1Vb2Nm4Q", "Tr0ub4dor", "4012888888881881", "fieldValue33"];
const plantedThread = "worker-of-customer-4711";

let secrets: string;
beforeAll(async () => {
  secrets = (await makeJavaDump({ program: "Secrets.java", jdk })).dump;
}, 120_000);

function out(name: string): string {
  return join(folder, name);
}

function redact(dump: string, copy: string, ...more: readonly string[]): Promise<CliRun> {
  return runExhume("redact", dump, "-o", copy, ...more, "--no-index");
}

function holds(file: string, text: string): boolean {
  const bytes = readFileSync(file);
  return ["latin1", "utf16le"].some((encoding) =>
    bytes.includes(Buffer.from(text, encoding as BufferEncoding)),
  );
}

function reportOf(copy: string) {
  return JSON.parse(readFileSync(`${copy}.report.json`, "utf8"));
}

describe("exhume redact", () => {
  for (const level of redactionLevels) {
    it(`leaves no planted secret at level ${level} and proves the copy`, async () => {
      const copy = out(`secrets-${level}.hprof`);
      const { code, out: text, err } = await redact(secrets, copy, "--level", level);
      expect(err).toBe("");
      expect(text).toContain("proven");
      expect(code).toBe(0);
      expect(statSync(copy).size).toBe(statSync(secrets).size);
      expect(statSync(copy).mode & 0o777).toBe(0o600);
      for (const secret of [...planted, plantedThread]) {
        expect([secret, holds(secrets, secret), holds(copy, secret)]).toEqual([secret, true, false]);
      }
      const { statement, seal } = reportOf(copy);
      expect(statement.copy.sha256).toBe(createHash("sha256").update(readFileSync(copy)).digest("hex"));
      expect(statement.original.sha256).toBe(
        createHash("sha256").update(readFileSync(secrets)).digest("hex"),
      );
      expect(seal.signed).toBe(false);
    });
  }

  it("makes copies in which VisualVM's library says the same in every figure", async () => {
    const copy = out("judged.hprof");
    expect((await redact(secrets, copy, "--level", "fields")).code).toBe(0);
    const before = judgeHeap(secrets, jdk, 10);
    const after = judgeHeap(copy, jdk, 10);
    expect(after.instances).toBeGreaterThan(10_000);
    expect(after.instances).toBe(before.instances);
    expect([...after.classes]).toEqual([...before.classes]);
    expect(after.biggest).toEqual(before.biggest);
  });

  it("proves copies of dumps of applications", async () => {
    const dumps = [
      await tomcatDump(jdk),
      mavenDump(jdk),
      leakDump(jdk, "UnboundedCache"),
      leakDump(jdk, "ThreadLeak"),
    ];
    for (const [at, dump] of dumps.entries()) {
      const copy = out(`application-${at}.hprof`);
      const level = at % 2 === 0 ? "names" : "fields";
      expect([dump, (await redact(dump, copy, "--level", level)).code]).toEqual([dump, 0]);
      rmSync(copy);
    }
  });

  it("reads packed dumps", async () => {
    const packed = out("packed.hprof.gz");
    writeFileSync(packed, gzipSync(readFileSync(secrets)));
    const copy = out("unpacked.hprof");
    expect((await redact(packed, copy)).code).toBe(0);
    expect(statSync(copy).size).toBe(statSync(secrets).size);
  });

  it("signs its report", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const key = out("key.pem");
    writeFileSync(key, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const copy = out("signed.hprof");
    expect((await redact(secrets, copy, "--sign-key", key)).code).toBe(0);
    const { statement, seal } = reportOf(copy);
    const bytes = Buffer.from(JSON.stringify(statement));
    expect(createPublicKey(seal.publicKey).equals(publicKey)).toBe(true);
    expect(verify(null, bytes, publicKey, Buffer.from(seal.signature, "base64"))).toBe(true);
  });

  it("writes the names it replaced into a file of their own", async () => {
    const copy = out("renamed.hprof");
    expect((await redact(secrets, copy, "--level", "names", "--keep-thread", plantedThread)).code).toBe(0);
    const map = `${copy}.names.json`;
    expect(statSync(map).mode & 0o777).toBe(0o600);
    expect(Object.values(JSON.parse(readFileSync(map, "utf8")).names)).toContain("Secrets$Account");
    expect(holds(copy, "Secrets$Account")).toBe(false);
    expect(holds(copy, plantedThread)).toBe(true);
  });

  it("overwrites nothing", async () => {
    const taken = out("taken.hprof");
    writeFileSync(taken, "mine");
    const { code, err } = await redact(secrets, taken);
    expect(code).toBe(2);
    expect(err).toContain("it is not overwritten");
    expect(readFileSync(taken, "utf8")).toBe("mine");
    expect(readdirSync(folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });

  it("copies as much of a cut dump as there is", async () => {
    const cut = out("cut.hprof");
    writeFileSync(cut, readFileSync(secrets).subarray(0, 2_500_000));
    const copy = out("cut-copy.hprof");
    expect((await redact(cut, copy)).code).toBe(0);
    expect(existsSync(copy)).toBe(true);
    expect(statSync(copy).size).toBe(2_500_000);
  });
});
