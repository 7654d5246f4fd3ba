import { ExhumeError } from "../../base/errors";
import { isEncryptedFile } from "../../session/encryption/encryptedFile";
import { writeEncrypted } from "../../session/encryption/writeEncrypted";
import { versionOf } from "../../session/files/fileIdentity";
import {
  type Command,
  identityFlag,
  identityUsage,
  requirePositional,
  textOption,
  textsOption,
} from "./command";

/** `exhume decrypt`: what is inside an encrypted dump, for other programs. */
export const decrypt: Command = {
  name: "decrypt",
  summary: "Write what is inside a dump that is encrypted with age.",
  usage: `DUMP -o OUT
  -o, --out OUT       the copy; a file that exists is not overwritten
${identityUsage}
  --json              one JSON object on standard output`,
  options: { out: { type: "string", short: "o" }, ...identityFlag, json: { type: "boolean" } },
  async run(invocation) {
    const { output, values, signal, workerFolder, keys, onProgress } = invocation;
    const path = requirePositional(invocation, 0, "DUMP");
    const out = textOption(invocation, "out");
    if (out === undefined) throw new ExhumeError({ code: "invalid", what: "-o OUT is missing" });
    if (!isEncryptedFile(path))
      throw new ExhumeError({ code: "refused", what: `${path} is not encrypted with age` });
    keys.useIdentityFiles(textsOption(invocation, "identity"));
    await keys.ensureKey(path);
    const fileKey = keys.known(versionOf(path))!;
    const task = { type: "decrypt", path, fileKey, out } as const;
    const bytes = await writeEncrypted(task, workerFolder, onProgress, signal);
    invocation.clearProgress();
    if (values["json"] === true) output.json({ schemaVersion: 1, file: path, decrypted: out, bytes }, 0);
    else output.text([`${out} (${bytes} bytes)`]);
    return 0;
  },
};
