import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretKinds } from "../../../analyzer/base/secrets/secretKinds";
import type { SecretRow } from "../../../analyzer/protocol/privacy/secrets";
import { exhumeJson, runExhume } from "../../build/cli";
import { findJdks, makeJavaDump } from "../../build/javaDumps";
import { everythingPlanted, scanManyTexts } from "../../build/manyTexts";
import { mavenDump } from "../../build/mavenDump";
import { tomcatDump } from "../../build/tomcatDump";

interface Scan {
  readonly schemaVersion: number;
  readonly texts: number;
  readonly findings: readonly SecretRow[];
}

const jdk = findJdks().find(({ version }) => version === 17) ?? findJdks()[0]!;
const folder = mkdtempSync(join(tmpdir(), "exhume-scan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let secrets: string;
beforeAll(async () => {
  secrets = (await makeJavaDump({ program: "Secrets.java", jdk })).dump;
}, 120_000);

function policyFile(policy: unknown): string {
  const file = join(folder, "policy.json");
  writeFileSync(file, JSON.stringify(policy));
  return file;
}

describe("exhume scan", () => {
  it("finds what a program holds, by kind and holder", async () => {
    const { schemaVersion, findings } = await exhumeJson<Scan>("scan", secrets, "--no-index");
    expect(schemaVersion).toBe(1);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(secretKinds));
    const holders = findings.map(({ kind, holder, field }) => `${kind} ${holder}.${field}`);
    for (const field of ["dbPassword", "pin", "apiSecret"]) {
      expect(holders).toContain(`named-value Secrets$Account.${field}`);
    }
    expect(holders).toContain("named-value java.util.HashMap$Node.value");
    expect(holders).toContain("card Secrets$Account.cardNumber");
    expect(holders).toContain("url-password constants of classes.undefined");
    expect(holders).toContain("named-value java.util.concurrent.ConcurrentHashMap$Node.value");
    const counts = new Map(
      findings.filter(({ holder }) => holder === "java.lang.Object[]").map((row) => [row.kind, row.count]),
    );
    // Plain, in a URL, and inside Base64; as JSON, URL-encoded, in UTF-16 of a string and of bytes.
    expect(counts.get("url-password")).toBe(3);
    expect(counts.get("named-value")).toBe(4);
    expect(counts.get("cloud-key")).toBe(2);
  });

  it("shows no value", async () => {
    const { out } = await runExhume("scan", secrets, "--no-index", "--json");
    for (const value of [
      "Tr0ub4dor",
      "fieldValue33",
      "mapValue66",
      "9731",
      "Constant66x",
      "4012888888881881",
      "lovelace",
    ]) {
      expect(out).not.toContain(value);
    }
  });

  it("is content with a copy that keeps numbers where its level leaves them", async () => {
    const copy = join(folder, "arrays.hprof");
    const done = await runExhume("redact", secrets, "-o", copy, "--no-index", "--level", "arrays");
    expect([done.code, done.err]).toEqual([0, ""]);
    const { findings } = await exhumeJson<Scan>("scan", copy, "--no-index");
    expect(findings.map(({ field }) => field)).toEqual(["cardNumber"]);
  });

  it("finds nothing in a redacted copy", async () => {
    const copy = join(folder, "copy.hprof");
    expect((await runExhume("redact", secrets, "-o", copy, "--no-index")).code).toBe(0);
    const { findings, texts } = await exhumeJson<Scan>("scan", copy, "--no-index");
    expect(texts).toBeGreaterThan(1000);
    expect(findings).toEqual([]);
  });

  it("finds ten kinds in seven forms among texts of an application, each where it is held, and nothing else", async () => {
    const { texts, found, falseAlarms } = await scanManyTexts(jdk, 30_000, 3);
    expect(texts).toBeGreaterThan(30_000);
    expect(found).toEqual(everythingPlanted(3));
    expect(falseAlarms).toEqual([]);
  });

  it("gives at most one false alarm for 100,000 strings of healthy applications", async () => {
    let texts = 0;
    let alarms = 0;
    for (const dump of [await tomcatDump(jdk), mavenDump(jdk)]) {
      const scan = await exhumeJson<Scan>("scan", dump, "--no-index");
      texts += scan.texts;
      // Addresses of authors, which JARs and licences name, are what they are taken for.
      for (const { kind, count } of scan.findings) if (kind !== "email") alarms += count;
    }
    expect(texts).toBeGreaterThan(50_000);
    expect(alarms).toBeLessThanOrEqual(Math.max(1, texts / 100_000));
  });

  it("ends with exit code 4 when a policy is broken", async () => {
    const scan = (policy: unknown) =>
      runExhume("scan", secrets, "--no-index", "--policy", policyFile(policy));
    expect((await scan({ schemaVersion: 1, fail: ["iban"] })).code).toBe(4);
    const allow = [{ holder: "java.lang.Object[]", kind: "iban" }];
    expect((await scan({ schemaVersion: 1, fail: ["iban"], allow })).code).toBe(0);
    expect((await scan({ schemaVersion: 1, fail: ["ibans"] })).code).toBe(2);
    expect((await scan({ fail: "all" })).err).toContain("schemaVersion must be 1");
  });
});
