import { formatCount } from "../../base/figures";
import type { SecretsResult } from "../../protocol/privacy/secrets";
import { policyBreaks, readSecretPolicy } from "../../session/privacy/secretPolicy";
import { type Command, exitCodeFor, openFlags, openOptionsUsage, requirePositional } from "./command";
import { coreFlags, coreOpenOptionsOf, printersUsage } from "./coreOptions";
import { exitCodes } from "./exitCodes";
import { formatTable } from "./table";

/** `exhume scan`: secrets and personal data in a dump of any kind, by kind and holder. */
export const scan: Command = {
  name: "scan",
  needs: "searchableContents",
  summary:
    "Find secrets and personal data in a heap dump, core or text: which kind, how many, and who holds them.",
  usage: `DUMP [--policy FILE] [--json]
  --policy FILE       JSON: {"schemaVersion": 1, "fail": "all" or a list of kinds,
                      "allow": [{"holder": …, "field": …, "kind": …}]}; exit code 4 when a finding is left
  --json              one JSON object on standard output
${printersUsage}
${openOptionsUsage}`,
  options: { policy: { type: "string" }, json: { type: "boolean" }, ...coreFlags, ...openFlags },
  async run(invocation) {
    const { output, values, signal } = invocation;
    const path = requirePositional(invocation, 0, "DUMP");
    const policyFile = values["policy"];
    const policy = typeof policyFile === "string" ? readSecretPolicy(policyFile) : undefined;
    const session = await invocation.openDump(path, { ...coreOpenOptionsOf(invocation), anyText: true });
    const result = await session.ask("privacy/secrets", {}, signal);
    const breaks = policy === undefined ? [] : policyBreaks(result.rows, policy);
    if (values["json"] === true) {
      const { rows, ...figures } = result;
      const verdict = policy === undefined ? {} : { passed: breaks.length === 0, breaks };
      output.json({ schemaVersion: 1, ...figures, findings: rows, ...verdict });
    } else {
      output.text(textOf(result, output.columns));
      if (policy !== undefined) {
        output.text([
          breaks.length === 0 ? "The policy is kept." : `The policy is broken by ${breaks.length} of them.`,
        ]);
      }
    }
    return breaks.length > 0 ? exitCodes.limitBroken : exitCodeFor(session.problems);
  },
};

function textOf({ texts, cutTexts, notKept, rows }: SecretsResult, width: number): string[] {
  const looked = `Looked through ${formatCount(texts)} texts${cutTexts === 0 ? "" : `, ${formatCount(cutTexts)} of them only at the beginning`}.`;
  if (rows.length === 0) return [looked, "Nothing was found that looks like a secret or personal data."];
  return [
    looked,
    ...(notKept === 0
      ? []
      : [`There is more: ${formatCount(notKept)} further findings with holders that are not listed.`]),
    ...formatTable(
      [
        { title: "Kind", align: "left" },
        { title: "Count", align: "right" },
        { title: "Held by", align: "left" },
        { title: "One of them", align: "left" },
        { title: "At", align: "left" },
      ],
      rows.map(({ kind, count, holder, field, masked, length, at }) => [
        kind,
        formatCount(count),
        field === undefined ? holder : `${holder}.${field}`,
        `${masked} (${length} characters)`,
        at ?? "",
      ]),
      width,
    ),
  ];
}
