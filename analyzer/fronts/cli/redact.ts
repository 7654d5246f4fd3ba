import { ExhumeError } from "../../base/errors";
import { writeNew } from "../../session/files/newFile";
import { type RedactionLevel, redactionLevels, redactProven } from "../../session/privacy/redact";
import { readSigningKey, reportText, sealReport } from "../../session/privacy/redactionReport";
import { type Command, type Invocation, openFlags, openOptionsUsage, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, printersUsage } from "./coreOptions";
import { recipientFlags, recipientsOf } from "./encrypt";
import { exitCodes } from "./exitCodes";

const defaultLevel: RedactionLevel = "fields";

/** `exhume redact`: a copy of a dump that can be passed on. */
export const redact: Command = {
  name: "redact",
  needs: "searchableContents",
  summary: "Copy a dump without its contents, and prove that the copy has the same shape.",
  usage: `DUMP -o OUT [--level LEVEL] [--keep-class NAME]… [--keep-field CLASS#FIELD]… [--keep-thread NAME]…
  -o, --out OUT       the copy; a file that exists is not overwritten
  --level LEVEL       what goes, each with all before it (${defaultLevel}):
                      strings  characters of strings, names of threads, constants; of a core all text
                      arrays   contents of all primitive arrays; of a core all that malloc and mmap gave
                      fields   values of all primitive fields, static and instance; of a core stacks,
                               static data and registers: addresses and structure are left
                      names    names of classes, fields, methods and files that are not the JDK's or the system's
  --keep-class NAME   values of the fields of a class stay, and its name; com.example.* takes all that begin so
  --keep-field …      the value of one field stays: com.example.Order#state
  --keep-thread NAME  the name of a thread stays
  --map FILE          where the names are written that were replaced (OUT.names.json)
  --report FILE       where the report is written, as JSON (OUT.report.json)
  --sign-key FILE     private key (PEM) the report is signed with
  -r, --recipient R   encrypts the copy with age: age1…; no file with a name holds it as it is
  -R, --recipients-file FILE
                      a file of recipients, one a line
  --json              the report on standard output
${printersUsage}
${openOptionsUsage}`,
  options: {
    out: { type: "string", short: "o" },
    level: { type: "string" },
    "keep-class": { type: "string", multiple: true },
    "keep-field": { type: "string", multiple: true },
    "keep-thread": { type: "string", multiple: true },
    map: { type: "string" },
    report: { type: "string" },
    "sign-key": { type: "string" },
    ...recipientFlags,
    json: { type: "boolean" },
    ...coreFlags,
    ...openFlags,
  },
  async run(invocation) {
    const { output, values, signal, workerFolder } = invocation;
    const path = requirePositional(invocation, 0, "DUMP");
    const out = textOf(invocation, "out");
    if (out === undefined) throw new ExhumeError({ code: "invalid", what: "-o OUT is missing" });
    const level = levelOf(textOf(invocation, "level") ?? defaultLevel);
    const keyFile = textOf(invocation, "sign-key");
    const key = keyFile === undefined ? undefined : readSigningKey(keyFile);
    const options = { ...coreOpenOptionsOf(invocation), anyText: true };
    const recipients = recipientsOf(invocation);
    const statement = await redactProven({
      options,
      open: invocation.openDump,
      original: await invocation.openDump(path, options),
      out,
      map: level === "names" ? (textOf(invocation, "map") ?? `${out}.names.json`) : undefined,
      level,
      kept: {
        classes: manyOf(invocation, "keep-class"),
        fields: manyOf(invocation, "keep-field"),
        threads: manyOf(invocation, "keep-thread"),
      },
      recipients,
      keys: invocation.keys,
      workerFolder,
      onProgress: invocation.onProgress,
      signal,
    });
    const sealed = sealReport(statement, key);
    writeNew(textOf(invocation, "report") ?? `${out}.report.json`, `${JSON.stringify(sealed, null, 1)}\n`);
    if (values["json"] === true) output.json(sealed);
    else output.text(reportText(sealed));
    return statement.passed ? exitCodes.done : exitCodes.limitBroken;
  },
};

function textOf({ values }: Invocation, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function manyOf({ values }: Invocation, name: string): string[] {
  return [values[name] ?? []].flat().map(String);
}

function levelOf(name: string): RedactionLevel {
  const level = redactionLevels.find((each) => each === name);
  if (level === undefined) {
    const what = `--level knows ${redactionLevels.join(", ")}, not ${name}`;
    throw new ExhumeError({ code: "invalid", what });
  }
  return level;
}
