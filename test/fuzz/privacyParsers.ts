import { BytesSource, readUpTo } from "../../analyzer/base/byteSource";
import { findInText } from "../../analyzer/base/secrets/findInText";
import { findInArgument, findInVariable } from "../../analyzer/base/secrets/startSecrets";
import { forEachTextRun } from "../../analyzer/base/secrets/textRuns";
import { unwatched } from "../../analyzer/base/work";
import { scanText } from "../../analyzer/formats/texts/scanText";
import { armorBegin, armorEnd } from "../../analyzer/session/encryption/ageForm";
import { decryptedSource, headerOf } from "../../analyzer/session/encryption/encryptedFile";
import { fileKeyOf, newAgeHeader } from "../../analyzer/session/encryption/fileKey";
import { PayloadWriter } from "../../analyzer/session/encryption/payload";
import { secretPolicyOf } from "../../analyzer/session/privacy/secretPolicy";
import { smallDump } from "../build/smallDump";
import type { FuzzedParser } from "./fuzzedParser";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Made for this test; opens nothing else. */
const identity = "AGE-SECRET-KEY-1QQHQKEXFW8AMCPXA8MJWAJTRQHRTNGEK56WRRVRWNTWEFZAWHDHS63AY5S";
const recipient = "age1qx8p6fhl59a2ufs0ejsz4rjrcu092zy7mhlp332wmu5u24a2ketqw38rr7";

/** A heap dump, encrypted in either form. */
async function encryptedDumps(): Promise<readonly Uint8Array[]> {
  const { bytes, fileKey } = await newAgeHeader({ recipients: [recipient] });
  const pieces: Uint8Array[] = [];
  const writer = new PayloadWriter(bytes, fileKey, (piece) => pieces.push(piece.slice()));
  writer.write(smallDump().build());
  writer.end();
  const file = Buffer.concat(pieces);
  const lines = file.toString("base64").replaceAll(/.{1,64}/g, "$&\n");
  return [Uint8Array.from(file), encode(`${armorBegin}\n${lines}${armorEnd}\n`)];
}

/** Contents that are what was written; undefined when the file says that they are not. */
async function decrypted(bytes: Uint8Array): Promise<string | undefined> {
  const file = new BytesSource("fuzzed", bytes);
  const key = await fileKeyOf(headerOf(file), { identities: [identity] }, file.name);
  if (key === undefined) return undefined;
  const inside = decryptedSource(file, key);
  const contents = readUpTo(inside, 0, inside.byteLength);
  return inside.damage === undefined ? Buffer.from(contents).toString("latin1") : undefined;
}

const policies = [
  { schemaVersion: 1, fail: "all", allow: [{ holder: "java.lang.String", field: "value" }] },
  {
    schemaVersion: 1,
    fail: ["jwt", "creditCard", {}],
    allow: [{ kind: "jwt", className: "com.example.Order" }],
  },
];

const texts = [
  "password=hunter2hunter2 4111 1111 1111 1111 DE89370400440532013000 a@example.com +49 30 1234567",
  "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl cGFzc3dvcmQ9aHVudGVyMmh1bnRlcjI=",
  "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD90vcN\n-----END RSA PRIVATE KEY-----",
  "jdbc:postgresql://user:secret@host/db?password%3Dhunter2 0123 4567 8901 AKIAIOSFODNN7EXAMPLE",
];

/** What is asked of dumps before they leave the house. */
export const privacyParsers: Readonly<Record<string, FuzzedParser>> = {
  age: { seeds: encryptedDumps, isChecked: true, read: decrypted },
  policies: {
    seeds: policies.map((policy) => encode(JSON.stringify(policy))),
    read: (bytes) => secretPolicyOf(decode(bytes), "fuzzed"),
  },
  secrets: {
    seeds: [...texts.map(encode), ...texts.map((text) => Uint8Array.from(Buffer.from(text, "utf16le")))],
    read: (bytes) => {
      const found: unknown[] = [];
      const visit = (finding: unknown) => found.push(finding);
      const source = new BytesSource("fuzzed", bytes);
      const read = (position: number, into: Uint8Array) => source.read(position, into);
      const inputs = { start: 0, end: bytes.length, read, nextPresent: () => bytes.length };
      forEachTextRun(inputs, ({ text }) => findInText(text, visit), unwatched);
      const [first = "", second = ""] = decode(bytes).split(" ");
      findInVariable(first, visit);
      findInArgument(second, first, visit);
      return [found.length, scanText(source, "fuzzed", unwatched)];
    },
  },
};
