import { derivedKey } from "./sealing";

// What is kept of an encrypted dump is encrypted with keys derived from that of its contents: who can open the dump can
// open these, and from these the dump's key cannot be told.

export function notesKeyOf(fileKey: Uint8Array | undefined): Uint8Array | undefined {
  return fileKey === undefined ? undefined : derivedKey(fileKey, "exhume notes");
}

export function indexKeyOf(fileKey: Uint8Array | undefined): Uint8Array | undefined {
  return fileKey === undefined ? undefined : derivedKey(fileKey, "exhume index");
}
