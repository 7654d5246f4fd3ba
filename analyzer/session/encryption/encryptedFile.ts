import type { ByteSource } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { FileSource } from "../files/fileSource";
import { ageFormOfSource } from "./ageForm";
import { type AgeHeader, readAgeHeader } from "./ageHeader";
import { ArmoredSource } from "./armoredSource";
import { DecryptedSource } from "./payload";

/** @throws ExhumeError `unreadable` */
export function isEncryptedFile(path: string): boolean {
  const file = FileSource.open(path);
  try {
    return ageFormOfSource(file) !== undefined;
  } finally {
    file.close();
  }
}

/** @throws ExhumeError `refused` when a file is encrypted already; `unreadable` */
export function assertPlain(path: string): void {
  if (isEncryptedFile(path)) throw new ExhumeError({ code: "refused", what: `${path} is encrypted already` });
}

/** The header of a file in either form. @throws ExhumeError `damaged`, `refused`, see {@link readAgeHeader} */
export function headerOf(file: ByteSource): AgeHeader {
  return readAgeHeader(withoutArmor(file));
}

/** What is inside a file in either form, by position. @throws ExhumeError as {@link headerOf} */
export function decryptedSource(file: ByteSource, fileKey: Uint8Array): DecryptedSource {
  const raw = withoutArmor(file);
  return new DecryptedSource(raw, readAgeHeader(raw).bytes.length, fileKey);
}

function withoutArmor(file: ByteSource): ByteSource {
  return ageFormOfSource(file) === "armored" ? new ArmoredSource(file) : file;
}
