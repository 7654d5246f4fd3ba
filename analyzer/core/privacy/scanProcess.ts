import { countBefore } from "../../base/halving";
import { findInText } from "../../base/secrets/findInText";
import type { SecretKind } from "../../base/secrets/secretKinds";
import { type SecretHolder, type SecretScan, SecretTally } from "../../base/secrets/secretTally";
import { findInArgument, findInVariable } from "../../base/secrets/startSecrets";
import { forEachTextRun } from "../../base/secrets/textRuns";
import type { Work } from "../../base/work";
import type { ProcessSnapshot } from "../processSnapshot";
import { findProcessStrings } from "../processStrings";

interface Place {
  readonly kind: SecretKind;
  readonly value: string;
  readonly address: bigint;
}

/** Tells who holds an address; asked only for places where something was found. */
export type HolderOfAddress = (address: bigint) => SecretHolder;

/** Findings whose holders are asked for at once. */
const placesAtOnce = 4096;

/** Addresses below this are exact as numbers. */
const exactNumbers = 1n << 53n;

/**
 * Looks for secrets in the memory a core holds, in its environment, command line and notes. Values stay masked.
 * @param holders made when something was found: telling regions takes a walk of its own
 * @throws ExhumeError `cancelled`
 */
export function scanProcess(
  image: ProcessSnapshot,
  holders: () => HolderOfAddress,
  work: Work,
): SecretScan<bigint | undefined> {
  const tally = new SecretTally<bigint | undefined>();
  const started = scanStart(image, tally);
  const places: Place[] = [];
  let holderOf: HolderOfAddress | undefined;
  const gather = () => {
    if (places.length === 0) return;
    holderOf ??= holders();
    for (const { kind, value, address } of places.splice(0))
      tally.add(kind, value, holderOf(address), address);
  };
  let texts = started.texts;
  const { memory } = image;
  const total = memory.segments.reduce((sum, { dumpedBytes }) => sum + dumpedBytes, 0);
  let done = 0;
  for (const segment of memory.segments) {
    work.report("Looking for secrets", done / Math.max(1, total));
    if (segment.end > exactNumbers) continue;
    const start = Number(segment.start);
    texts += forEachTextRun(
      {
        start,
        end: start + segment.dumpedBytes,
        read: (position, into) => memory.readAt(position, into),
        nextPresent: () => Number.POSITIVE_INFINITY,
      },
      ({ text, position, characterBytes }) => {
        findInText(text, ({ kind, value, start: at }) => {
          const address = BigInt(position + at * characterBytes);
          if (started.holds(address)) return;
          places.push({ kind, value, address });
        });
        if (places.length >= placesAtOnce) gather();
      },
      {
        throwIfCancelled: () => work.throwIfCancelled(),
      },
    );
    done += segment.dumpedBytes;
  }
  gather();
  return { texts, cutTexts: 0, findings: tally.findings(), notKept: tally.notKept };
}

/** What the process was started with: variables and arguments by name, and what notes say of it. */
function scanStart(image: ProcessSnapshot, tally: SecretTally<bigint | undefined>) {
  const strings = findProcessStrings(image.memory, image.auxiliaryVector);
  const ranges: { readonly start: bigint; readonly end: bigint }[] = [];
  const keepRange = (start: bigint, text: string) => ranges.push({ start, end: start + BigInt(text.length) });
  strings.environment.forEach((variable, index) => {
    const address = strings.environmentAddresses[index]!;
    keepRange(address, variable);
    const field = variable.slice(0, Math.max(0, variable.indexOf("="))).slice(0, 100);
    const holder = { holder: "environment", ...(/^\w+$/.test(field) ? { field } : {}) };
    findInVariable(variable, ({ kind, value }) => tally.add(kind, value, holder, address));
  });
  strings.arguments.forEach((argument, index) => {
    const address = strings.argumentAddresses[index]!;
    keepRange(address, argument);
    findInArgument(argument, strings.arguments[index - 1] ?? "", ({ kind, value }) =>
      tally.add(kind, value, { holder: "command line" }, address),
    );
  });
  const noted = image.process?.commandLine ?? "";
  const words = noted.split(" ");
  words.forEach((word, index) => {
    findInArgument(word, words[index - 1] ?? "", ({ kind, value }) =>
      tally.add(kind, value, { holder: "notes", field: "command line" }, undefined),
    );
  });
  for (const { path } of image.mappings) {
    findInText(path, ({ kind, value }) =>
      tally.add(kind, value, { holder: "notes", field: "file names" }, undefined),
    );
  }
  ranges.sort((a, b) => (a.start < b.start ? -1 : 1));
  const texts = ranges.length + words.length + image.mappings.length;
  return { texts, holds: (address: bigint) => isInside(ranges, address) };
}

function isInside(
  ranges: readonly { readonly start: bigint; readonly end: bigint }[],
  address: bigint,
): boolean {
  const range = ranges[countBefore(ranges, ({ start }) => start <= address) - 1];
  return range !== undefined && address < range.end;
}
