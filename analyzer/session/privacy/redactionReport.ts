import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { ExhumeError } from "../../base/errors";
import { formatBytes, formatCount } from "../../base/figures";
import type { KeptByName, RedactionLevel } from "../../base/secrets/redactionLevel";
import type { DumpKind } from "../../protocol/dump/open";
import { reasonOf } from "../files/fileSource";
import type { ProofCheck, SecretFigures, SuspectFigures } from "./proveRedaction";
import type { HashedFile, WrittenCopy } from "./writtenCopy";

/** What a report states; `schemaVersion` 1 of `exhume redact`. */
export interface RedactionStatement {
  readonly schemaVersion: 1;
  readonly kind: DumpKind;
  readonly original: HashedFile & { readonly file: string };
  readonly copy: HashedFile & { readonly file: string };
  readonly level: RedactionLevel;
  readonly kept: KeptByName;
  readonly figures: WrittenCopy["figures"];
  readonly passed: boolean;
  readonly checks: readonly ProofCheck[];
  readonly secrets: SecretFigures;
  /** Of heap dumps. */
  readonly suspects?: SuspectFigures;
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
  const { original, copy, level, checks, passed, remains, kept, suspects, secrets } = statement;
  const keptNames = [...kept.classes, ...kept.fields, ...kept.threads.map((name) => `thread ${name}`)];
  return [
    `Redacted copy at level ${level}: ${passed ? "proven" : "NOT PROVEN"}`,
    `  original ${original.file} (${formatBytes(original.bytes)}) SHA-256 ${original.sha256}`,
    `  copy     ${copy.file} (${formatBytes(copy.bytes)}) SHA-256 ${copy.sha256}`,
    ...figureLines(statement),
    ...(keptNames.length === 0 ? [] : [`  kept by request: ${keptNames.join(", ")}`]),
    "Compared with the original",
    ...checks.map(({ what, passed: same, before, after }) =>
      same ? `  same      ${what}: ${before}` : `  DIFFERENT ${what}: ${before} before, ${after} after`,
    ),
    `  ${secretLine(secrets)}`,
    ...(suspects === undefined ? [] : [`  ${suspectLine(suspects)}`]),
    "What the copy still tells",
    ...remains.map((sentence) => `  ${sentence}`),
    seal.signed
      ? `Signed (${seal.algorithm}): whoever holds the key that belongs to the public key in the report made it, and it was not changed since.`
      : `Not signed: the digest ${seal.digest} shows damage to the report, not forgery.`,
  ];
}

function figureLines({ kind, figures }: RedactionStatement): string[] {
  const count = (name: string) => formatCount(figures[name] ?? 0);
  switch (kind) {
    case "heap": {
      const unread = figures["unreadBytes"] ?? 0;
      return [
        `  overwritten: ${formatBytes(figures["maskedBytes"] ?? 0)} in ${count("texts")} texts, ${count("arrays")} arrays, ` +
          `${count("instances")} instances, ${count("statics")} static fields`,
        ...(unread === 0
          ? []
          : [`  ${formatBytes(unread)} belong to no record that can be read and were zeroed`]),
      ];
    }
    case "core":
      return [
        `  kept: addresses and structure; overwritten among constants of programs: ${count("constants")} texts`,
      ];
    default:
      return [`  overwritten: parts of ${count("maskedLines")} of ${count("lines")} lines`];
  }
}

function secretLine({ original, copy, mustBeGone }: SecretFigures): string {
  const found = `secrets the scan finds: ${formatCount(original)} before, ${formatCount(copy)} after`;
  if (copy === 0) return `gone      ${found}`;
  return mustBeGone ? `NOT GONE  ${found}` : `left      ${found}; the level, or what was kept, leaves them`;
}

function suspectLine({ original, alsoInCopy }: SuspectFigures): string {
  const rest = original === alsoInCopy ? "" : ", the others are told by contents or names";
  return `leak suspects of the original: ${original}; the copy has ${alsoInCopy} of them just so${rest}`;
}
