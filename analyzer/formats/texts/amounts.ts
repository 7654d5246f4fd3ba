/** Factor of a size unit as JVM and kernel tools write it: none, B, K, KB, kB, KiB, M, MB, G, GB, T, TB. */
export function unitFactor(unit: string | undefined): number {
  switch ((unit ?? "").charAt(0).toUpperCase()) {
    case "K":
      return 1024;
    case "M":
      return 1024 ** 2;
    case "G":
      return 1024 ** 3;
    case "T":
      return 1024 ** 4;
    default:
      return 1;
  }
}

/** Bytes of a number and its unit; a decimal comma is read as a point (logs follow the locale). */
export function bytesOf(digits: string, unit: string | undefined): number {
  return Math.round(Number(digits.replace(",", ".")) * unitFactor(unit));
}
