import type { Compression } from "../compression";
import { tarHeaderOf } from "./tarHeader";

export type ArchiveForm = "tar" | "zip";

/** Told by content; a zip archive is read from its end, so one that is packed again is not looked into. */
export function archiveFormOf(head: Uint8Array, compression: Compression): ArchiveForm | undefined {
  if (tarHeaderOf(head) !== undefined) return "tar";
  const isZip =
    compression === "none" && head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
  return isZip ? "zip" : undefined;
}
