import { Decrypter, Encrypter } from "age-encryption";
import { ExhumeError } from "../../base/errors";
import type { AgeHeader } from "./ageHeader";

/** What may open an encrypted file. */
export type AgeKeys =
  | { readonly passphrase: string }
  /** `AGE-SECRET-KEY-…`, ordinary or post-quantum. */
  | { readonly identities: readonly string[] };

/**
 * The key of a file's contents. Takes a second with a passphrase, and a thousandth for each recipient and identity.
 * @returns undefined when none of the keys fits
 * @throws ExhumeError `damaged`; `invalid` when an identity is not one
 */
export async function fileKeyOf(
  header: AgeHeader,
  keys: AgeKeys,
  file: string,
): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter();
  if ("passphrase" in keys) decrypter.addPassphrase(keys.passphrase);
  else for (const identity of keys.identities) named("An identity", () => decrypter.addIdentity(identity));
  try {
    return await decrypter.decryptHeader(header.bytes);
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("no identity matched")) return undefined;
    const what = `its encryption header (age) is not valid: ${error instanceof Error ? error.message : String(error)}`;
    throw new ExhumeError({ code: "damaged", file, what, offset: 0 });
  }
}

/** To whom a file is encrypted. */
export type AgeRecipients =
  | { readonly passphrase: string }
  /** `age1…`, ordinary or post-quantum. */
  | { readonly recipients: readonly string[] };

/** A header, and the key of the contents it stands before. */
export interface NewAgeHeader {
  readonly bytes: Uint8Array;
  readonly fileKey: Uint8Array;
}

/** Keys carry a checksum, which the library compares. @param what names the key; a secret one is not repeated */
function named(what: string, add: () => void): void {
  try {
    add();
  } catch {
    throw new ExhumeError({ code: "invalid", what: `${what} is mistyped or damaged: its checksum is wrong` });
  }
}

/** What the library writes after the header of an empty file: a nonce and a tag. */
const emptyPayloadBytes = 32;

/** @throws ExhumeError `invalid` when a recipient is not one */
export async function newAgeHeader(to: AgeRecipients): Promise<NewAgeHeader> {
  const encrypter = new Encrypter();
  const decrypter = new Decrypter();
  let fileKey: Uint8Array | undefined;
  if ("passphrase" in to) {
    encrypter.setPassphrase(to.passphrase);
    decrypter.addPassphrase(to.passphrase);
  } else {
    for (const recipient of to.recipients) named(recipient, () => encrypter.addRecipient(recipient));
    // A recipient of no stanza, which is only shown the key.
    encrypter.addRecipient({
      wrapFileKey(key) {
        fileKey = key.slice();
        return [];
      },
    });
  }
  const file = await encrypter.encrypt(new Uint8Array(0));
  const bytes = file.subarray(0, file.length - emptyPayloadBytes);
  return { bytes, fileKey: fileKey ?? (await decrypter.decryptHeader(bytes)) };
}
