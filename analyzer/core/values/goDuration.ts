import { withoutEnding } from "../../base/endings";

const units = [
  ["h", 3_600_000_000_000n],
  ["m", 60_000_000_000n],
  ["s", 1_000_000_000n],
] as const;

/** As `time.Duration` prints itself: `1h2m3.5s`. */
export function goDuration(nanoseconds: bigint): string {
  if (nanoseconds < 0n) return `-${goDuration(-nanoseconds)}`;
  if (nanoseconds < 1_000_000_000n) {
    if (nanoseconds === 0n) return "0s";
    if (nanoseconds < 1000n) return `${nanoseconds}ns`;
    return nanoseconds < 1_000_000n
      ? `${Number(nanoseconds) / 1000}µs`
      : `${Number(nanoseconds) / 1_000_000}ms`;
  }
  let rest = nanoseconds;
  let text = "";
  for (const [unit, size] of units) {
    const count = rest / size;
    rest %= size;
    if (text === "" && count === 0n) continue;
    const fraction = unit === "s" ? withoutEnding(rest.toString().padStart(9, "0"), "0") : "";
    text += `${count}${fraction === "" ? "" : `.${fraction}`}${unit}`;
  }
  return text;
}
