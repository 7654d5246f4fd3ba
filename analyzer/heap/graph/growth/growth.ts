/** Figures of one thing in every dump of the series; 0 where it is not there. */
export interface Growth {
  readonly bytes: readonly number[];
  readonly objects: readonly number[];
  /** Last minus first. */
  readonly grownBytes: number;
  readonly grownObjects: number;
  /** Only in later dumps, or only in earlier ones. */
  readonly status: "grown" | "shrunk" | "new" | "gone" | "same";
  /** Not smaller at any step, and bigger at each: what a leak does in a series. */
  readonly growsAlways: boolean;
  /** Bytes per hour over the series; undefined without times. */
  readonly bytesPerHour?: number;
}

export function byGrowth(a: Growth, b: Growth): number {
  return Math.abs(b.grownBytes) - Math.abs(a.grownBytes);
}

/** What was seen for less than a minute says nothing of an hour. */
const leastHours = 1 / 60;

export function hoursOf(timesMs: readonly number[], count: number): readonly number[] | undefined {
  if (timesMs.length !== count || timesMs.some((time) => !(time > 0))) return undefined;
  const hours = timesMs.map((time) => (time - timesMs[0]!) / 3_600_000);
  return hours.at(-1)! >= leastHours ? hours : undefined;
}

export function growthOf(
  bytes: readonly number[],
  objects: readonly number[],
  hours: readonly number[] | undefined,
): Growth {
  const grownBytes = bytes.at(-1)! - bytes[0]!;
  const grownObjects = objects.at(-1)! - objects[0]!;
  const wasThere = objects[0]! > 0;
  const isThere = objects.at(-1)! > 0;
  const status =
    !wasThere && isThere
      ? "new"
      : wasThere && !isThere
        ? "gone"
        : grownBytes > 0 || (grownBytes === 0 && grownObjects > 0)
          ? "grown"
          : grownBytes < 0 || grownObjects < 0
            ? "shrunk"
            : "same";
  const growsAlways = bytes.every((value, at) => at === 0 || value > bytes[at - 1]!);
  return {
    bytes,
    objects,
    grownBytes,
    grownObjects,
    status,
    growsAlways,
    ...(hours === undefined ? {} : { bytesPerHour: slopeOf(hours, bytes) }),
  };
}

/** Least-squares slope: of three or more dumps no single one decides. */
function slopeOf(x: readonly number[], y: readonly number[]): number {
  const meanX = x.reduce((sum, value) => sum + value, 0) / x.length;
  const meanY = y.reduce((sum, value) => sum + value, 0) / y.length;
  let above = 0;
  let below = 0;
  for (let at = 0; at < x.length; at++) {
    above += (x[at]! - meanX) * (y[at]! - meanY);
    below += (x[at]! - meanX) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
