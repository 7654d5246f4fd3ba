import type { CoreFrame } from "../protocol/core/stacks";

/** What to know of a frame besides its name, e.g. ` (inlined) (scanned)`. */
export function frameMarks(frame: CoreFrame): string {
  const { language, inlined, guessed, scanned, unverified, mismatched, tailCall, restsOn, caution } = frame;
  const own = [
    language,
    inlined && "inlined",
    guessed && "guessed",
    scanned && "scanned",
    unverified && "unverified",
    mismatched && "mismatched",
    tailCall && "left by a jump",
    caution,
    // One that is doubtful itself says more.
    restsOn !== undefined && !guessed && !scanned && !unverified && !mismatched && `rests on #${restsOn}`,
  ];
  return own.map((mark) => (typeof mark === "string" ? ` (${mark})` : "")).join("");
}
