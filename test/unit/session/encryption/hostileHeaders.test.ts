import { describe, expect, it } from "vitest";
import { BytesSource } from "../../../../analyzer/base/byteSource";
import { headerOf } from "../../../../analyzer/session/encryption/encryptedFile";
import { fileKeyOf } from "../../../../analyzer/session/encryption/fileKey";
import { assertRecipient, identitiesIn } from "../../../../analyzer/session/encryption/keyFiles";

const of = (text: string | Uint8Array) => new BytesSource("x.age", Buffer.from(text));
const version = "age-encryption.org/v1\n";
const body = "A".repeat(43);
const mac = `--- ${body}\n`;
const x25519 = `-> X25519 ${body}\n${body}\n`;
const identity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

describe("a header somebody made to harm", () => {
  it.each([
    ["version", "a file of nothing but the name of the format", "age-encryption.org/"],
    ["version", "another version", `age-encryption.org/v2\n${x25519}${mac}`],
    ["ends in the header", "no end", `${version}${x25519}`],
    ["no end within", "a mebibyte and more of stanzas", version + x25519.repeat(20_000)],
    ["recipients", "a thousand and one recipients", version + x25519.repeat(1001) + mac],
    ["2^30 rounds", "a work factor of 30", `${version}-> scrypt AAAAAAAAAAAAAAAAAAAAAA 30\n${body}\n${mac}`],
    ["2^99999 rounds", "one of 99999", `${version}-> scrypt AAAAAAAAAAAAAAAAAAAAAA 99999\n${body}\n${mac}`],
  ])("is refused, saying %j: %s", (says, _, text) => {
    expect(() => headerOf(of(text))).toThrow(says);
  });

  it.each([
    ["stanzas without arguments", `${version}-> \n\n${mac}`],
    ["a body that is not Base64", `${version}-> X25519 ${body}\n????\n${mac}`],
    ["a share that is too short", `${version}-> X25519 AAAA\n${body}\n${mac}`],
    ["bytes that are not ASCII", `${version}-> X25519 ${body}\n\x80\xff\n${mac}`],
    ["a share of zeros, which has no secret", `${version}${x25519}${mac}`],
    ["a post-quantum share that is too short", `${version}-> mlkem768x25519 AAAA\n${body}\n${mac}`],
    [
      "a passphrase beside recipients",
      `${version}-> scrypt AAAAAAAAAAAAAAAAAAAAAA 10\n${body}\n${x25519}${mac}`,
    ],
    ["a work factor that is not a number", `${version}-> scrypt AAAAAAAAAAAAAAAAAAAAAA 1e9\n${body}\n${mac}`],
  ])("with %s opens nothing", async (_, text) => {
    const header = headerOf(of(text));
    const opening = async (keys: Parameters<typeof fileKeyOf>[1]) => {
      try {
        return await fileKeyOf(header, keys, "x.age");
      } catch (error) {
        return (error as Error).message;
      }
    };
    for (const answer of [await opening({ identities: [identity] }), await opening({ passphrase: "x" })]) {
      if (answer !== undefined)
        expect(answer).toMatch(/^x\.age is damaged at offset 0: its encryption header/);
    }
  });

  it("names kinds of recipients without control characters", () => {
    const { recipients } = headerOf(of(`${version}-> \x1b[31m x\n${body}\n-> ssh-rsa abc\n${body}\n${mac}`));
    expect(recipients).toEqual(["unknown", "ssh-rsa"]);
  });
});

describe("a file of keys", () => {
  it("gives the identities age-keygen writes", () => {
    const text = `# created: 2026\n# public key: age1…\n${identity}\r\n\n`;
    expect(identitiesIn(of(text))).toEqual([identity]);
  });

  it.each([
    ["SSH keys", "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n"],
    ["plugins", "AGE-PLUGIN-YUBIKEY-1QQPQZ\n"],
    ["a recipient", "age1qqqq\n"],
    ["something else", "hunter2\n"],
    ["no identity", "# nothing\n"],
    ["larger than any", new Uint8Array((1 << 20) + 1)],
  ])("is refused with a word about %s, and none of what it holds", (says, text) => {
    let message = "";
    try {
      identitiesIn(of(text));
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain(says);
    for (const held of ["c2VjcmV0", "QQPQZ", "qqqq", "hunter2"]) expect(message).not.toContain(held);
  });

  it("does not repeat a secret key that was given as a recipient", () => {
    expect(() => assertRecipient(identity, "--recipient")).toThrow("this is a secret key");
    expect(() => assertRecipient(identity, "--recipient")).not.toThrow(identity);
    expect(() => assertRecipient("ssh-ed25519 AAAA", "--recipient")).toThrow("SSH keys");
  });
});
