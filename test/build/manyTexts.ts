import type { SecretRow } from "../../analyzer/protocol/privacy/secrets";
import { exhumeJson } from "./cli";
import { type Jdk, makeJavaDump } from "./javaDumps";

/** Kinds that `ManyTexts.java` plants, and fields that hold each of them in one form. */
export const plantedKinds = [
  "authorization",
  "card",
  "cloud-key",
  "email",
  "iban",
  "jwt",
  "named-value",
  "phone",
  "private-key",
  "url-password",
];
export const plantedForms = ["base64", "characters", "json", "plain", "urlEncoded", "utf16", "wide"];

/** What the scan of a heap of many texts says. */
export interface ScannedTexts {
  readonly dump: string;
  readonly texts: number;
  /** How many were found where they were planted: by kind and form. */
  readonly found: ReadonlyMap<string, number>;
  readonly falseAlarms: readonly SecretRow[];
}

export async function scanManyTexts(jdk: Jdk, texts: number, ofEach: number): Promise<ScannedTexts> {
  const args = [String(texts), String(ofEach)];
  const { dump } = await makeJavaDump({ program: "ManyTexts.java", jdk, args, flags: ["-Xmx1500m"] });
  const scan = await exhumeJson<{ readonly texts: number; readonly findings: readonly SecretRow[] }>(
    "scan",
    dump,
    "--no-index",
  );
  const isPlanted = ({ holder }: SecretRow) => holder === "ManyTexts$Planted";
  const found = scan.findings
    .filter(isPlanted)
    .map(({ kind, field, count }) => [`${kind} ${field}`, count] as const);
  return {
    dump,
    texts: scan.texts,
    found: new Map(found),
    falseAlarms: scan.findings.filter((row) => !isPlanted(row)),
  };
}

/** Every kind in every form. */
export function everythingPlanted(ofEach: number): ReadonlyMap<string, number> {
  return new Map(plantedKinds.flatMap((kind) => plantedForms.map((form) => [`${kind} ${form}`, ofEach])));
}
