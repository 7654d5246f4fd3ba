import { createCipheriv, createDecipheriv, getCiphers, hkdfSync, randomBytes } from "node:crypto";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";

const algorithm = "chacha20-poly1305";
export const tagBytes = 16;
const nonceBytes = 12;

/** Encrypts and authenticates pieces of bytes (ChaCha20-Poly1305). */
export interface Sealing {
  /** @returns the piece and its tag */
  seal(nonce: Uint8Array, plain: Uint8Array): Uint8Array;
  /** @returns undefined when the piece is not what was sealed under this key and nonce */
  open(nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/** By OpenSSL, ten times as fast. */
function nativeSealing(key: Uint8Array): Sealing {
  const options = { authTagLength: tagBytes };
  return {
    seal(nonce, plain) {
      const cipher = createCipheriv(algorithm, key, nonce, options);
      const sealed = cipher.update(plain);
      cipher.final();
      return Buffer.concat([sealed, cipher.getAuthTag()]);
    },
    open(nonce, sealed) {
      if (sealed.length < tagBytes) return undefined;
      const decipher = createDecipheriv(algorithm, key, nonce, options);
      decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
      const plain = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
      try {
        decipher.final();
        return plain;
      } catch {
        return undefined;
      }
    },
  };
}

/** Where Node was built on BoringSSL, as Electron's is, which does not have it. */
export function portableSealing(key: Uint8Array): Sealing {
  return {
    seal: (nonce, plain) => chacha20poly1305(key, nonce).encrypt(plain),
    open(nonce, sealed) {
      try {
        return chacha20poly1305(key, nonce).decrypt(sealed);
      } catch {
        return undefined;
      }
    },
  };
}

let chosen: ((key: Uint8Array) => Sealing) | undefined;

export function sealingWith(key: Uint8Array): Sealing {
  chosen ??= getCiphers().includes(algorithm) ? nativeSealing : portableSealing;
  return chosen(key);
}

/** A key for one purpose, from which no other can be told (HKDF with SHA-256). */
export function derivedKey(
  key: Uint8Array,
  purpose: string,
  salt: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", key, salt, purpose, 32));
}

/** A text only who has the key can read or change. */
export function sealText(key: Uint8Array, text: string): string {
  const nonce = randomBytes(nonceBytes);
  return Buffer.concat([nonce, sealingWith(key).seal(nonce, Buffer.from(text))]).toString("base64");
}

/** @returns undefined when it was sealed with another key, or changed */
export function openText(key: Uint8Array, sealed: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const plain = sealingWith(key).open(bytes.subarray(0, nonceBytes), bytes.subarray(nonceBytes));
  return plain === undefined ? undefined : Buffer.from(plain).toString("utf8");
}
