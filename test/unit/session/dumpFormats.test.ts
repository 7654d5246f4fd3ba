import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { viewNeeds } from "../../../analyzer/protocol/view/viewNeeds";
import { capabilityOfQuestion, requireQuestion } from "../../../analyzer/session/capabilities";
import { dumpFormats, plainText } from "../../../analyzer/session/dumpFormats";
import { viewsOf } from "../../../webview/views/catalogue";

const manifest = JSON.parse(readFileSync(resolve(__dirname, "../../../package.json"), "utf8"));

const everyCapability = [...dumpFormats, plainText].flatMap(({ capabilities }) => capabilities);

describe.each([...dumpFormats, plainText])("the format $id", (format) => {
  it("answers what its dumps have, and nothing else", async () => {
    const { answers } = await format.loadRoom();
    const questions = Object.entries(capabilityOfQuestion)
      .filter(([, capability]) => format.capabilities.includes(capability))
      .map(([question]) => question);
    expect(Object.keys(answers).sort()).toEqual(questions.sort());
    const early = (await format.loadEarlyAnswers?.()) ?? {};
    expect(Object.keys(answers)).toEqual(expect.arrayContaining(Object.keys(early)));
  });

  it("refuses every other question, saying what its dumps do not have", () => {
    for (const [question, capability] of Object.entries(capabilityOfQuestion)) {
      const ask = () => requireQuestion(format, question, "some.dump");
      if (format.capabilities.includes(capability)) ask();
      else expect(ask).toThrow(`some.dump: ${format.title} has no `);
    }
    expect(() => requireQuestion(format, "toString", "some.dump")).toThrow("does not answer toString");
  });

  it("has a view or commands for each capability, and an editor for its names", () => {
    const needs = viewsOf(format.capabilities).flatMap(({ id }) => viewNeeds[id] ?? []);
    const byCommand = format.capabilities.filter((capability) =>
      ["searchableContents", "heapRecords"].includes(capability),
    );
    expect([...new Set([...needs, ...byCommand])].sort()).toEqual([...format.capabilities].sort());
    const patterns = manifest.contributes.customEditors.flatMap(
      ({ selector }: { selector: { filenamePattern: string }[] }) =>
        selector.map(({ filenamePattern }) => filenamePattern),
    );
    expect(patterns).toEqual(expect.arrayContaining([...format.fileNames]));
  });
});

it("gives every view a command, offered where the dump has what it needs", () => {
  const commands: readonly { command: string; enablement?: string }[] = manifest.contributes.commands;
  for (const { id, isAside } of viewsOf(everyCapability)) {
    if (isAside || id === "triage") continue;
    const needs = viewNeeds[id];
    const command = commands.find((each) => each.command.toLowerCase() === `exhume.show${id}`.toLowerCase());
    const condition = needs === undefined ? "" : ` && exhume.capabilities =~ /${needs}/`;
    expect([id, command?.enablement]).toEqual([id, `activeCustomEditorId =~ /^exhume\\./${condition}`]);
  }
});

it("gives editors no names that no format has", () => {
  const patterns: string[] = manifest.contributes.customEditors.flatMap(
    ({ selector }: { selector: { filenamePattern: string }[] }) =>
      selector.map(({ filenamePattern }) => filenamePattern),
  );
  const known = dumpFormats.flatMap(({ fileNames }) => fileNames);
  expect(patterns.filter((pattern) => pattern !== "*" && !known.includes(pattern))).toEqual([]);
});
