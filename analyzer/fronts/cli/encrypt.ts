import { ExhumeError } from "../../base/errors";
import { assertPlain } from "../../session/encryption/encryptedFile";
import type { AgeRecipients } from "../../session/encryption/fileKey";
import { assertRecipient, recipientsIn } from "../../session/encryption/keyFiles";
import { writeEncrypted } from "../../session/encryption/writeEncrypted";
import { type Command, type Invocation, requirePositional, textOption, textsOption } from "./command";

/** Options that name who can open what is written. */
export const recipientFlags = {
  recipient: { type: "string", short: "r", multiple: true },
  "recipients-file": { type: "string", short: "R", multiple: true },
} as const satisfies Command["options"];

/** @throws ExhumeError `invalid` when one is not a recipient of age */
export function recipientsOf(invocation: Invocation): string[] {
  const named = textsOption(invocation, "recipient");
  for (const recipient of named) assertRecipient(recipient, "--recipient");
  return [...named, ...textsOption(invocation, "recipients-file").flatMap(recipientsIn)];
}

/** `exhume encrypt`: a copy only those can open that it is for. */
export const encrypt: Command = {
  name: "encrypt",
  summary: "Write a copy of a dump that is encrypted with age; every verb opens it with the key.",
  usage: `DUMP -o OUT (-r RECIPIENT | -R FILE | -p)…
  -o, --out OUT       the copy; a file that exists is not overwritten
  -r, --recipient R   who can open it: age1…, as age-keygen names them
  -R, --recipients-file FILE
                      a file of them, one a line
  -p, --passphrase    asks for a passphrase instead
  --json              one JSON object on standard output
  Encrypted bytes cannot be packed: pack the dump before (x.hprof.gz becomes x.hprof.gz.age).`,
  options: {
    out: { type: "string", short: "o" },
    ...recipientFlags,
    passphrase: { type: "boolean", short: "p" },
    json: { type: "boolean" },
  },
  async run(invocation) {
    const { output, values, signal, workerFolder, onProgress } = invocation;
    const path = requirePositional(invocation, 0, "DUMP");
    const out = textOption(invocation, "out");
    if (out === undefined) throw new ExhumeError({ code: "invalid", what: "-o OUT is missing" });
    assertPlain(path);
    const to = await recipientsOrPassphrase(invocation, out);
    const bytes = await writeEncrypted({ type: "encrypt", path, to, out }, workerFolder, onProgress, signal);
    invocation.clearProgress();
    if (values["json"] === true) output.json({ schemaVersion: 1, file: path, encrypted: out, bytes }, 0);
    else output.text([`${out} (${bytes} bytes)`, `${path} is still there, and readable to who can read it.`]);
    return 0;
  },
};

async function recipientsOrPassphrase(invocation: Invocation, out: string): Promise<AgeRecipients> {
  const recipients = recipientsOf(invocation);
  const isPassphrase = invocation.values["passphrase"] === true;
  if (isPassphrase === recipients.length > 0) {
    const what = "Either recipients (-r, -R) or a passphrase (-p) have to be named";
    throw new ExhumeError({ code: "invalid", what });
  }
  return isPassphrase ? { passphrase: await newPassphrase(invocation, out) } : { recipients };
}

async function newPassphrase({ askSecret }: Invocation, out: string): Promise<string> {
  const typed = await askSecret?.(`Passphrase for ${out}`);
  const again = typed === undefined ? undefined : await askSecret?.("The same again");
  if (typed === undefined || typed !== again) {
    const what =
      typed === undefined ? "A passphrase is asked for on a terminal" : "The two were not the same";
    throw new ExhumeError({ code: "refused", what });
  }
  return typed;
}
