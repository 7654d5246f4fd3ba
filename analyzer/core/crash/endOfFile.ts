import { lastPartOf } from "../../base/pathNames";
import { formatHex } from "../../base/units";
import type { CrashScene } from "./crashScene";
import type { DeathCause } from "./deathCause";

/** SIGBUS beyond the end of a mapped file: somebody made the file shorter, or mapped more than it has. */
export function endOfFile({ signal, process }: CrashScene): DeathCause | undefined {
  const { address, codeName } = signal;
  if (signal.name !== "SIGBUS" || codeName !== "BUS_ADRERR" || address === undefined) return undefined;
  const mapping = process.image.memory.mappingOf(address);
  if (mapping === undefined) return undefined;
  const offset = mapping.fileOffset + Number(address - mapping.start);
  const name = lastPartOf(mapping.path);
  return {
    kind: "endOfFile",
    words: `access beyond the end of the mapped file ${name}, at byte ${offset}`,
    evidence: `the mapping of ${mapping.path} at ${formatHex(mapping.start)}`,
  };
}
