import { describe, expect, it } from "vitest";
import { isCardNumber, isIban, passesVerhoeff } from "../../../analyzer/base/secrets/checkDigits";
import { findInText } from "../../../analyzer/base/secrets/findInText";
import { maskedValue } from "../../../analyzer/base/secrets/maskedValue";
import { isSecretName } from "../../../analyzer/base/secrets/secretKinds";

function kindsIn(text: string): string[] {
  const kinds: string[] = [];
  findInText(text, ({ kind }) => kinds.push(kind));
  return kinds;
}

describe("secrets in a text", () => {
  it.each([
    ["jdbc:postgresql://app:Tr0ub4dor@db.example.org/shop", "url-password"],
    ["https://deploy:s3cr3tW0rd@git.example.org/x.git", "url-password"],
    ['{"user":"ada","password":"correct-horse-7"}', "named-value"],
    ["-Dapp.client_secret=Zq81kkPo", "named-value"],
    ["user%3Dada%26password%3DPercent99x", "named-value"],
    ["Authorization: Bearer mF9x4B5f1q2JqMTz0sKpLw", "authorization"],
    ["card 4012 8888 8888 1881", "card"],
    ["GB82WEST12345698765432", "iban"],
    ["Aadhaar 2341 2341 2346", "aadhaar"],
    ["ABCPE1234F", "pan"],
    ["ada@okaxis", "upi"],
    ["Ada <ada.lovelace@mail.example.org>", "email"],
    ["+4915123456789", "phone"],
    [`AKIA${"Q3EGRZ7WXV5LNB2T"}`, "cloud-key"],
  ])("%s", (text, kind) => {
    expect(kindsIn(text)).toEqual([kind]);
  });

  it.each([
    "123e4567-e89b-12d3-a456-426614174000",
    "com.example.PasswordEncoder",
    "spring.datasource.password",
    "password: must not be empty",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what programs hold
    "password=${DB_PASSWORD}",
    "https://www.example.org/a@b:c",
    "2026-11-28 01:02:03.4567",
    "1732752000000",
    "4111111111111112",
    "d41d8cd98f00b204e9800998ecf8427e",
    "eyJhbGciOi.not-a-token.but-three-parts",
    "GB82WEST12345698765433",
    "org.apache.catalina.authenticator.passwordFile=/etc/x1",
    "@Override",
    '{"nextPageToken":"CDIQAA1x9dk2"}',
    "https://api.example.org/v1/orders?continuation_token=Zq81kkPo77",
  ])("nothing in %s", (text) => {
    expect(kindsIn(text)).toEqual([]);
  });

  it("tells once what stands in a word both as it is and encoded", () => {
    const token = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0NzExIn0.${"dBjftJeZ4CVPmB92K27u"}`;
    expect(kindsIn(`state=a%20b&id.${token}`)).toEqual(["jwt"]);
    expect(kindsIn("to=ada%40example.org%26password%3DPercent99x")).toEqual(["email", "named-value"]);
  });

  it("takes names for what they say", () => {
    for (const name of ["dbPassword", "client.secret", "API_KEY", "pin", "accessToken", "userPass"])
      expect([name, isSecretName(name)]).toEqual([name, true]);
    for (const name of ["passwordEncoder", "tokenizer", "secretName", "compass", "key", "spinner"])
      expect([name, isSecretName(name)]).toEqual([name, false]);
  });

  it("checks digits", () => {
    expect(isCardNumber("378282246310005")).toBe(true);
    expect(isCardNumber("4444444444444444")).toBe(false);
    expect(isIban("DE89370400440532013000")).toBe(true);
    expect(passesVerhoeff("234123412346")).toBe(true);
    expect(passesVerhoeff("234123412364")).toBe(false);
  });

  it("shows the first and the last character at most", () => {
    expect(maskedValue("correct-horse-7")).toBe("c***7");
    expect(maskedValue("9731")).toBe("***");
  });

  it("looks at every place a bounded number of times", () => {
    for (const piece of ["=", "eyJ.", "@", "password=", "4 ", "%3D", "://:", "AKIA"]) {
      const text = piece.repeat(200_000);
      const found: string[] = [];
      findInText(text, ({ kind }) => found.push(kind));
      expect(found.length).toBeLessThan(text.length);
    }
  });
});
