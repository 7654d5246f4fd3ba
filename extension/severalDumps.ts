import type { OpenOptions } from "../analyzer/protocol/dump/open";
import type { WireFault } from "../analyzer/protocol/wire";
import { choose, type PickEntry } from "./dialogs";

/** Which dump of a file that holds several; the user is asked as long as none is named. */
export type PickedDump = Pick<
  OpenOptions,
  "member" | "dumpNumber" | "refuseSeveral" | "heapOfCore" | "unindexed" | "core"
>;

export const undecided: PickedDump = { refuseSeveral: true };

type ChoiceEntry = PickEntry & { readonly choice: PickedDump };

/** What can be chosen where opening a file failed for holding several dumps; undefined for other faults. */
export function choicesIn({ code, data }: WireFault): readonly ChoiceEntry[] | undefined {
  const { option, choices } = data;
  if (code !== "severalDumps" || !Array.isArray(choices)) return undefined;
  const names = choices.map(String);
  if (option === "member") return names.map((name) => ({ label: name, choice: { member: name } }));
  return names.map((number, at) => {
    const age = at === 0 ? "the oldest" : at === names.length - 1 ? "the newest" : undefined;
    const entry = { label: `Heap dump ${number}`, choice: { dumpNumber: Number(number) } };
    return age === undefined ? entry : { ...entry, description: age };
  });
}

/** Asks which dump of a file is meant. @returns undefined when nobody says */
export async function chooseDumpIn(
  name: string,
  choices: readonly ChoiceEntry[],
): Promise<PickedDump | undefined> {
  const title = `${name} Holds ${choices.length} Dumps`;
  const picked = await choose(choices, { title, placeHolder: "Which one is to be analysed?" });
  return picked?.choice;
}
