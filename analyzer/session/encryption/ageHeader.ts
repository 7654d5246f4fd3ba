import { type ByteSource, readUpTo } from "../../base/byteSource";
import { ExhumeError } from "../../base/errors";
import { ageVersionLine } from "./ageForm";

/** Six hundred recipients of the longest kind. What is longer was made to keep somebody busy. */
const longestHeader = 1 << 20;
const mostStanzas = 1000;
/** 2^20 rounds of scrypt take 1 GiB and seconds. */
const highestWorkFactor = 20;

/** What stands before the contents of an encrypted file: their key, encrypted to each recipient. */
export interface AgeHeader {
  readonly bytes: Uint8Array;
  /** Kind of each recipient as the file names it, e.g. `X25519`, `scrypt` (a passphrase), `ssh-ed25519`. */
  readonly recipients: readonly string[];
}

/**
 * Reads the header without opening it; bounded, whatever the file claims.
 * @throws ExhumeError `damaged`; `refused` when to open it would take absurd work
 */
export function readAgeHeader(source: ByteSource): AgeHeader {
  const head = Buffer.from(readUpTo(source, 0, longestHeader).buffer);
  const damaged = (what: string, offset = 0) =>
    new ExhumeError({ code: "damaged", file: source.name, what: `${what} of its encryption (age)`, offset });
  if (head.subarray(0, ageVersionLine.length + 1).toString("latin1") !== `${ageVersionLine}\n`) {
    throw damaged("Exhume does not know the version");
  }
  const closing = head.indexOf("\n--- ");
  const end = closing < 0 ? -1 : head.indexOf("\n", closing + 1);
  if (end < 0) {
    const isCut = source.byteLength < longestHeader;
    throw damaged(isCut ? "the file ends in the header" : `there is no end within 1 MiB of the header`);
  }
  const stanzas = head.subarray(0, closing).toString("latin1").split("\n-> ").slice(1);
  if (stanzas.length > mostStanzas) {
    throw refused(
      source.name,
      `is encrypted to ${stanzas.length} recipients, and ${mostStanzas} are looked at`,
    );
  }
  for (const stanza of stanzas) assertAffordable(stanza, source.name);
  const recipients = stanzas.map((stanza) => /^[!-~]{1,64}/.exec(stanza)?.[0] ?? "unknown");
  return { bytes: head.subarray(0, end + 1), recipients };
}

function assertAffordable(stanza: string, file: string): void {
  const factor = /^scrypt [!-~]{1,64} (\d{1,20})/.exec(stanza)?.[1];
  if (factor === undefined || Number(factor) <= highestWorkFactor) return;
  const what = `asks for 2^${factor} rounds to try a passphrase, and at most 2^${highestWorkFactor} (1 GiB of memory) are done`;
  throw refused(file, what);
}

function refused(file: string, what: string): ExhumeError {
  return new ExhumeError({ code: "refused", what: `${file} ${what}` });
}
