import { lastPartOf } from "../../base/pathNames";
import type { CoreFrame } from "../../protocol/core/stacks";

/** Where a frame is, after its function: ` at shop.cpp:12`. Empty without a file. */
export function placeWords({ file, line }: Pick<CoreFrame, "file" | "line">): string {
  if (file === undefined) return "";
  return ` at ${lastPartOf(file)}${line === undefined ? "" : `:${line}`}`;
}
