import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { BytesSource } from "../../analyzer/base/byteSource";
import { ProblemList } from "../../analyzer/base/problems";
import { redactionLevels } from "../../analyzer/base/secrets/redactionLevel";
import { unwatched } from "../../analyzer/base/work";
import { otherTextsIn } from "../../analyzer/formats/texts/identifyText";
import { redactText } from "../../analyzer/formats/texts/redactText";
import { readSavedText } from "../../analyzer/formats/texts/savedText";
import { limitsOf } from "../../analyzer/fronts/cli/growthLimits";
import { machinePolicy } from "../../analyzer/session/dumps/machinePolicy";
import type { FuzzedParser } from "./fuzzedParser";

const encode = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);
const source = (bytes: Uint8Array) => new BytesSource("fuzzed", bytes);
const folder = join(process.cwd(), "test/texts");
const newline = 0x0a;

export const savedTexts: readonly Uint8Array[] = readdirSync(folder)
  .filter((name) => !name.endsWith(".md"))
  .map((name) => {
    const bytes = readFileSync(join(folder, name));
    return new Uint8Array(name.endsWith(".gz") ? gunzipSync(bytes) : bytes).slice(0, 16 * 1024);
  });

/** Two reports in one file, as people who wait between them save them. */
const twoReports = ["Native Memory Tracking", "Rss:"].flatMap((words) => {
  const one = savedTexts.map(textOf).find((text) => text.includes(words));
  return one === undefined ? [] : [encode(`${one}\n${one}`)];
});

/** A copy of one level, chosen by the length; of one byte a character it has the lines of what it is a copy of. */
function redact(bytes: Uint8Array): unknown {
  const level = redactionLevels[bytes.length % redactionLevels.length]!;
  const isWide = bytes[0] === 0xff && bytes[1] === 0xfe;
  let copied = 0;
  const redacted = redactText(
    source(bytes),
    level,
    (piece) => {
      copied += linesIn(piece);
    },
    unwatched,
  );
  const lines = linesIn(bytes);
  if (!isWide && copied !== lines) throw new Error(`a copy of ${lines} lines has ${copied}`);
  return redacted;
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (const byte of bytes) if (byte === newline) lines++;
  return lines;
}

const limits = ["64MiB", "8 MB", "0", "1.5g", "com.example.Order=0", "a=b=12k", "all", "map, thread-local"];
const policies = ["30", "0", "keep", "indexes", "everything", "/var/log/exhume.log", "hash"];

/** Saved texts, their copies, and what administrators and builds set in words. */
export const textParsers: Readonly<Record<string, FuzzedParser>> = {
  texts: {
    seeds: [...savedTexts, ...twoReports],
    read: (bytes) => {
      otherTextsIn(bytes, "GC log");
      return readSavedText(source(bytes), new ProblemList(), unwatched);
    },
  },
  textCopies: { seeds: savedTexts.map((text) => text.slice(0, 4096)), read: redact },
  limits: {
    seeds: limits.map(encode),
    read: (bytes) => {
      const text = textOf(bytes);
      const values = { "max-growth": text, "max-class-growth": [text], "fail-on": [text] };
      const read = (name: keyof typeof values) => limitsOf({ [name]: values[name] });
      return Object.keys(values).map((name) => {
        const { maxGrowth, maxClassGrowth = 0, classLimits } = read(name as keyof typeof values);
        for (const bytes of [maxGrowth, maxClassGrowth, ...classLimits.map(({ bytes: most }) => most)])
          if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Error(`a limit of ${bytes} bytes`);
        return [maxGrowth, maxClassGrowth, classLimits];
      });
    },
  },
  retention: {
    seeds: policies.map(encode),
    read: (bytes) => {
      const text = textOf(bytes);
      const policy = machinePolicy({
        EXHUME_RETENTION_DAYS: text,
        EXHUME_AT_CLOSE: text,
        EXHUME_AUDIT_LOG: text,
        EXHUME_AUDIT_NAMES: text,
      });
      const { retentionDays = 0 } = policy;
      if (!Number.isSafeInteger(retentionDays) || retentionDays < 0) throw new Error(`${retentionDays} days`);
      return policy;
    },
  },
};
