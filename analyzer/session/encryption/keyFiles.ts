import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { FileSource } from "../files/fileSource";

/** Thousands of keys. */
const longestKeyFile = 1 << 20;
const mostKeys = 1000;

const identity = /^AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{1,200}$/;
const recipient = /^age1[0-9a-z]{1,4000}$/;

/**
 * The identities in a file as `age-keygen` writes it: one a line, comments after `#`.
 * @throws ExhumeError `invalid` when there are none, or other keys; never says what stands in the file
 */
export function identitiesIn(source: ByteSource): string[] {
  const lines = linesOf(source);
  for (const line of lines) {
    if (identity.test(line)) continue;
    throw invalid(source.name, `is not an identity file of age: ${whatIs(line)}`);
  }
  if (lines.length === 0) throw invalid(source.name, "has no identity in it");
  return lines;
}

/** The recipients in a file: one a line, comments after `#`. @throws ExhumeError `invalid`, `unreadable` */
export function recipientsIn(path: string): string[] {
  const source = FileSource.open(path);
  try {
    const lines = linesOf(source);
    for (const line of lines) assertRecipient(line, path);
    if (lines.length === 0) throw invalid(path, "has no recipient in it");
    return lines;
  } finally {
    source.close();
  }
}

/** @param where it stands, for the sentence @throws ExhumeError `invalid` */
export function assertRecipient(text: string, where: string): void {
  if (!recipient.test(text)) throw invalid(where, `has to name recipients of age (age1…): ${whatIs(text)}`);
}

function linesOf(source: ByteSource): string[] {
  if (source.byteLength > longestKeyFile) throw invalid(source.name, "is larger than any file of keys");
  const text = Buffer.from(readUpTo(source, 0, longestKeyFile)).toString("latin1");
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length > mostKeys) throw invalid(source.name, `has more than ${mostKeys} lines`);
  return lines;
}

/** Kinds of keys people have, by how they begin. A secret key that stands in the wrong place is not repeated. */
const otherKeys: readonly (readonly [begin: RegExp, what: string])[] = [
  [/^-----BEGIN (?:OPENSSH|RSA) PRIVATE KEY/, "SSH keys are not read; `age -d -i` decrypts with them"],
  [/^ssh-/, "SSH keys are not written to; `age -R` does, or use a key of age-keygen"],
  [/^AGE-PLUGIN-/, "keys of plugins are not read; `age -d -i` decrypts with them"],
  [/^AGE-SECRET-KEY-/, "this is a secret key, and perhaps a damaged one"],
  [/^age1/, "this is a recipient, and perhaps a damaged one"],
];

function whatIs(line: string): string {
  return otherKeys.find(([begin]) => begin.test(line))?.[1] ?? "one of its lines is something else";
}

function invalid(file: string, what: string): ExhumeError {
  return new ExhumeError({ code: "invalid", what: `${file} ${what}` });
}
