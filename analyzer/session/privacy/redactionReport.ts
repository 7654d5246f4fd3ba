import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import { formatBytes, formatCount } from "../../base/figures";
import type { KeptByName, RedactionLevel } from "../../heap/hprof/rewrite/redactionLevel";
import { reasonOf } from "../files/fileSource";
import type { ProofCheck, SuspectFigures } from "./proveRedaction";
import type { WrittenCopy } from "./writeRedacted";

/** What a report states; `schemaVersion` 1 of `exhume redact`. */
export interface RedactionStatement {
  readonly schemaVersion: 1;
  readonly original: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly copy: { readonly file: string; readonly bytes: number; readonly sha256: string };
  readonly level: RedactionLevel;
  readonly kept: KeptByName;
  readonly figures: WrittenCopy["figures"];
  readonly passed: boolean;
  readonly checks: readonly ProofCheck[];
  readonly suspects: SuspectFigures;
  /** What a copy still tells, in sentences. */
  readonly remains: readonly string[];
}

/** How a reader can tell whether the statement was changed. */
export type Seal =
  | {
      readonly signed: true;
      readonly algorithm: string;
      readonly signature: string;
      readonly publicKey: string;
    }
  | { readonly signed: false; readonly digest: string };

export interface SealedReport {
  readonly statement: RedactionStatement;
  readonly seal: Seal;
}

/** What every level leaves. */
export const alwaysRemains: readonly string[] = [
  "Ids of objects are addresses of the process.",
  "Lengths of strings and arrays, counts of elements and states of threads are as they were.",
  "The time the dump was taken stands in its header.",
];

export const remainsByLevel: Readonly<Record<RedactionLevel, readonly string[]>> = {
  strings: [
    "Arrays that are not a string's, such as buffers and passwords in char arrays, have their contents.",
    "Numbers in fields have their values.",
    "Names of classes, fields, methods and files are readable.",
  ],
  arrays: [
    "Numbers in fields have their values.",
    "Names of classes, fields, methods and files are readable.",
  ],
  fields: ["Names of classes, fields, methods and files are readable."],
  names: ["Names of the JDK's classes and all names the JDK uses itself are readable."],
};

/**
 * A key to sign reports with.
 * @throws ExhumeError `invalid` when the file is not an unencrypted private key in PEM form
 */
export function readSigningKey(file: string): KeyObject {
  let pem: Buffer;
  try {
    pem = readFileSync(file);
  } catch (error) {
    throw new ExhumeError({ code: "unreadable", file, reason: reasonOf(error) });
  }
  try {
    return createPrivateKey(pem);
  } catch {
    throw new ExhumeError({
      code: "invalid",
      what: `${file} is not a private key in PEM form without a passphrase`,
    });
  }
}

/** Signs the statement, or where there is no key gives its digest, which anybody who changes it can make again. */
export function sealReport(statement: RedactionStatement, key: KeyObject | undefined): SealedReport {
  const bytes = Buffer.from(JSON.stringify(statement));
  if (key === undefined) {
    return { statement, seal: { signed: false, digest: createHash("sha256").update(bytes).digest("hex") } };
  }
  const type = key.asymmetricKeyType ?? "unknown";
  const isEdwards = type === "ed25519" || type === "ed448";
  return {
    statement,
    seal: {
      signed: true,
      algorithm: isEdwards ? type : `${type} with SHA-256`,
      signature: sign(isEdwards ? null : "sha256", bytes, key).toString("base64"),
      publicKey: publicKeyOf(key),
    },
  };
}

function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
}

export function reportText({ statement, seal }: SealedReport): string[] {
  const { original, copy, figures, level, checks, passed, remains, kept, suspects } = statement;
  const keptNames = [...kept.classes, ...kept.fields, ...kept.threads.map((name) => `thread ${name}`)];
  return [
    `Redacted copy at level ${level}: ${passed ? "proven" : "NOT PROVEN"}`,
    `  original ${original.file} (${formatBytes(original.bytes)}) SHA-256 ${original.sha256}`,
    `  copy     ${copy.file} (${formatBytes(copy.bytes)}) SHA-256 ${copy.sha256}`,
    `  overwritten: ${formatBytes(figures.maskedBytes)} in ${formatCount(figures.texts)} texts, ${formatCount(figures.arrays)} arrays, ` +
      `${formatCount(figures.instances)} instances, ${formatCount(figures.statics)} static fields`,
    ...(figures.unreadBytes === 0
      ? []
      : [`  ${formatBytes(figures.unreadBytes)} belong to no record that can be read and were zeroed`]),
    ...(keptNames.length === 0 ? [] : [`  kept by request: ${keptNames.join(", ")}`]),
    "Compared with the original",
    ...checks.map(({ what, passed: same, before, after }) =>
      same ? `  same      ${what}: ${before}` : `  DIFFERENT ${what}: ${before} before, ${after} after`,
    ),
    `  leak suspects of the original: ${suspects.original}; the copy has ${suspects.alsoInCopy} of them just so` +
      (suspects.original === suspects.alsoInCopy ? "" : ", the others are told by contents or names"),
    "What the copy still tells",
    ...remains.map((sentence) => `  ${sentence}`),
    seal.signed
      ? `Signed (${seal.algorithm}).`
      : `Not signed: the digest ${seal.digest} shows damage to the report, not forgery.`,
  ];
}
