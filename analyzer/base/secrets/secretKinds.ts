/** What can be found; `personal` kinds are data of people, the others open something. */
export const secretKinds = [
  "private-key",
  "jwt",
  "cloud-key",
  "url-password",
  "named-value",
  "authorization",
  "card",
  "iban",
  "aadhaar",
  "pan",
  "upi",
  "email",
  "phone",
] as const;
export type SecretKind = (typeof secretKinds)[number];

/** Keys that services hand out, by how they begin and what follows. */
export const keyForms: readonly {
  readonly prefix: string;
  readonly least: number;
  readonly most: number;
  readonly letters: RegExp;
}[] = [
  ...["AKIA", "ASIA"].map((prefix) => ({ prefix, least: 16, most: 16, letters: /^[A-Z0-9]+$/ })),
  ...["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"].map((prefix) => ({
    prefix,
    least: 36,
    most: 36,
    letters: /^[A-Za-z0-9]+$/,
  })),
  { prefix: "github_pat_", least: 82, most: 82, letters: /^\w+$/ },
  { prefix: "glpat-", least: 20, most: 64, letters: /^[\w.-]+$/ },
  ...["xoxb-", "xoxp-", "xoxa-", "xoxs-"].map((prefix) => ({
    prefix,
    least: 20,
    most: 250,
    letters: /^[\w-]+$/,
  })),
  ...["sk_live_", "rk_live_"].map((prefix) => ({ prefix, least: 16, most: 200, letters: /^[A-Za-z0-9]+$/ })),
  { prefix: "AIza", least: 35, most: 35, letters: /^[\w-]+$/ },
  { prefix: "SG.", least: 60, most: 70, letters: /^[\w.-]+$/ },
  { prefix: "hf_", least: 34, most: 40, letters: /^[A-Za-z0-9]+$/ },
  { prefix: "shpat_", least: 32, most: 32, letters: /^[a-fA-F0-9]+$/ },
  { prefix: "dop_v1_", least: 64, most: 64, letters: /^[a-f0-9]+$/ },
  { prefix: "sk-ant-", least: 40, most: 200, letters: /^[\w-]+$/ },
];

/** Banks' handles of the Unified Payments Interface. */
export const upiHandles: ReadonlySet<string> = new Set(
  (
    "okaxis oksbi okhdfcbank okicici ybl ibl axl paytm ptsbi ptyes pthdfc ptaxis upi apl yapl rapl waaxis wasbi " +
    "wahdfcbank waicici sbi hdfcbank icici axisbank kotak idfcbank fbl jupiteraxis"
  ).split(" "),
);

const secretWords = [
  "password",
  "passwd",
  "passphrase",
  "secret",
  "apikey",
  "accesskey",
  "privatekey",
  "credential",
];
const exactWords: ReadonlySet<string> = new Set(["pwd", "pass", "pin", "token"]);
const tokenEndings = ["accesstoken", "authtoken", "refreshtoken", "apitoken", "bearertoken", "sessiontoken"];
/** What is about a secret without being one. */
const endingsAbout =
  /(?:mastersecret|encoder|file|path|length|policy|name|type|provider|field|class|manager|callback|url|store|id|hash|enabled|required|algorithm|factory|alias|location|header)s?$/;

/** Where to read on in a list. */
const endingsOfCursors = /(?:page|next|continuation|sync|cursor|resume|scroll|starting|change)token$/;

/** Whether a field or a key by its name holds a secret: `dbPassword`, `client.secret`, `API_KEY`. */
export function isSecretName(name: string): boolean {
  if (name.length < 3 || name.length > 100 || !endsLikeSecret(name)) return false;
  const plain = name.toLowerCase().replace(/[^a-z]/g, "");
  // The shell's working folder.
  if (/(?:^|\.)(?:OLD)?PWD$/.test(name)) return false;
  const last = lastWord(name);
  if (endingsAbout.test(plain) || endingsOfCursors.test(plain)) return false;
  return (
    exactWords.has(plain) ||
    exactWords.has(last) ||
    secretWords.some((word) => plain.endsWith(word)) ||
    tokenEndings.some((word) => plain.endsWith(word))
  );
}

const endings: ReadonlySet<string> = new Set(
  [...secretWords, ...exactWords, ...tokenEndings].map((word) => word.slice(-2)),
);

/** By their last two letters most names are told not to be a secret's. */
function endsLikeSecret(name: string): boolean {
  let letters = "";
  for (let at = name.length - 1; at >= 0 && letters.length < 2; at--) {
    const letter = name[at]!.toLowerCase();
    if (letter >= "a" && letter <= "z") letters = letter + letters;
  }
  return endings.has(letters);
}

/** `Pass` of `userPass`, `secret` of `client.secret`, `KEY` of `API_KEY`, in small letters. */
function lastWord(name: string): string {
  let start = name.length;
  while (start > 0 && /[a-z]/.test(name[start - 1]!)) start--;
  if (start === name.length) while (start > 0 && /[A-Z]/.test(name[start - 1]!)) start--;
  else if (/[A-Z]/.test(name[start - 1] ?? "")) start--;
  return name.slice(start).toLowerCase();
}

const placeholders: ReadonlySet<string> = new Set(
  "null none true false default required optional password secret token changeme changeit unknown empty".split(
    " ",
  ),
);

/** Whether a value by itself can be a secret where its name says so. */
export function isSecretValue(value: string): boolean {
  if (value.length < 4 || value.length > 4096 || /[\s<>{}()]|\$\{/.test(value)) return false;
  if (placeholders.has(value.toLowerCase())) return false;
  return new Set(value).size > 2;
}

/** The same in free text, where words of a sentence may follow: then only what no word is. */
export function isSecretLooking(value: string): boolean {
  return value.length >= 6 && isSecretValue(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
}
