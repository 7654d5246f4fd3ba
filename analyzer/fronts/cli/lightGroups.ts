import { formatCount, formatQuantity } from "../../base/figures";
import type { CoreLightGroup } from "../../protocol/core/lightThreads";
import type { CoreFrame } from "../../protocol/core/stacks";
import { textOfFrame } from "./coreFrames";

/** Numbers of a group's threads in text. */
const titlesShown = 8;

export function numbersOf(threads: CoreLightGroup["threads"], count: number, one: string): string {
  const numbers = threads.slice(0, titlesShown).map(({ title }) => title.replace(`${one} `, ""));
  const more = count > numbers.length ? `, … ${formatCount(count - numbers.length)} more` : "";
  return `${numbers.join(", ")}${more}`;
}

/** Light threads with the same stack: how many, the first ones, what they wait for and where they stand. */
export function textOfLightGroup(group: CoreLightGroup, [one, many]: readonly [string, string]): string[] {
  const { count, threads, state, waits, system, frames, leftOut } = group;
  const since = sinceOf(group.waitedSeconds);
  return [
    `${formatQuantity(count, one, many)} [${state}${since}]${system ? " of the runtime" : ""}: ${numbersOf(threads, count, one)}`,
    ...waits.map(
      ({ words, count: times }) => `  ${times === count ? "" : `${formatCount(times)} × `}${words}`,
    ),
    ...frames.flatMap(textOfFrame),
    ...(leftOut > 0 ? [`  … ${formatCount(leftOut)} more frames`] : []),
    ...textOfCreated(group.created),
  ];
}

export function sinceOf(seconds: number | undefined): string {
  if (seconds === undefined || seconds < 1) return "";
  return seconds < 120
    ? `, ${seconds} s or more`
    : `, ${formatCount(Math.floor(seconds / 60))} minutes or more`;
}

export function textOfCreated(created: CoreFrame | undefined): string[] {
  if (created === undefined) return [];
  const { function: name, pc, file, line } = created;
  const place = file === undefined ? "" : ` at ${file}${line === undefined ? "" : `:${line}`}`;
  return [`  created by ${name ?? pc}${place}`];
}
