import { type ByteSource, readUpTo } from "../../base/byteSource";

/** The two forms of a file in the age format (age-encryption.org/v1): as it is, or as lines of Base64. */
export type AgeForm = "binary" | "armored";

export const ageVersionLine = "age-encryption.org/v1";
export const armorBegin = "-----BEGIN AGE ENCRYPTED FILE-----";
export const armorEnd = "-----END AGE ENCRYPTED FILE-----";

const beginnings: readonly (readonly [magic: string, form: AgeForm])[] = [
  ["age-encryption.org/", "binary"],
  [armorBegin, "armored"],
];

/** The first bytes of every encrypted file, one of them. */
export const ageMagics: readonly string[] = beginnings.map(([magic]) => magic);

/** Told by the first bytes; undefined for a file that is not encrypted with age. */
export function ageFormOf(head: Uint8Array): AgeForm | undefined {
  const begins = (magic: string) => [...magic].every((sign, at) => head[at] === sign.charCodeAt(0));
  return beginnings.find(([magic]) => begins(magic))?.[1];
}

/** As many bytes tell whether a file is encrypted. */
const longestBeginning = armorBegin.length;

export function ageFormOfSource(file: ByteSource): AgeForm | undefined {
  return ageFormOf(readUpTo(file, 0, longestBeginning));
}
