import { beforeAll, describe, expect, it } from "vitest";
import { judgeProgram } from "../../build/judgeProgram";
import { unlistedPrograms } from "../../build/verdictDumps";
import { isAsWanted, type JudgedProgram, precisionOf } from "../../build/verdictScore";
import { type VerdictHalf, type WantedVerdict, wantedVerdicts } from "../../build/wantedVerdicts";

const halves = ["verdicts", "judged"] as const;
/** Of each half those that are soon made; `npm run bench:verdicts` looks at all. */
const subset: Readonly<Record<(typeof halves)[number], readonly string[]>> = {
  verdicts: [
    ...["BusyPool", "BoundedQueue", "FreeBuffers", "SteadySessions", "StuckConsumer", "Bells"],
    ...["CancelledTimeouts", "GrowingSessions", "WeakMapHeldByValues", "HealthyTwins", "SeveralLeaks"],
  ],
  judged: [
    ...["PriceBoard", "FrontDoor", "Orders", "BackOffice", "Bank", "OrderBook", "Lobby", "Forecast"],
    ...["Recipes", "Newsroom", "Ingest", "Mill", "Harbour", "Portraits"],
  ],
};

describe("verdicts on the heaps of programs", () => {
  const judged: JudgedProgram[] = [];

  beforeAll(async () => {
    for (const half of halves) for (const wanted of chosen(half)) judged.push(await judgeProgram(wanted));
  });

  it("leave healthy heaps without a finding above possible", () => {
    const healthy = judged.filter(({ wanted }) => wanted.verdict === "healthy");
    expect(healthy.length).toBeGreaterThanOrEqual(12);
    expect(healthy.filter((program) => !isAsWanted(program))).toEqual([]);
  });

  it("are right where they say certain, and nearly always where they say likely", () => {
    const wrong = (confidence: string) =>
      judged.flatMap(({ wanted, findings }) =>
        findings
          .filter((finding) => finding.confidence === confidence && !finding.right)
          .map(({ shape, blames }) => `${wanted.program}: ${shape} ${blames}`),
      );
    expect(wrong("certain")).toEqual([]);
    expect(precisionOf(judged, "certain", "likely"), wrong("likely").join("\n")).toBeGreaterThanOrEqual(0.85);
  });

  it("name each leak of a program that has several", () => {
    const several = judged.find(({ wanted }) => wanted.program === "SeveralLeaks");
    expect(
      several?.findings.map(({ confidence, shape, blames }) => `${confidence} ${shape} ${blames}`).sort(),
    ).toEqual([
      "certain cleanup-never-runs verdicts.SeveralLeaks$Lockers.CLEANER",
      "likely - verdicts.SeveralLeaks.stories",
      "likely cleanup-never-runs verdicts.SeveralLeaks$Marker.MARKERS",
      "likely delete-on-exit java.io.DeleteOnExitHook.files",
      "likely finished-elements verdicts.SeveralLeaks.ASKED",
      "likely finished-elements verdicts.SeveralLeaks.VIEWS",
      "likely future-never-completed verdicts.SeveralLeaks.QUESTIONS",
      "likely listeners-never-removed verdicts.SeveralLeaks.THERMOSTAT",
      "likely request-keyed-map verdicts.SeveralLeaks.QUOTAS",
    ]);
  });

  it("find leaks, and are not silent to be right", () => {
    const leaks = judged.filter(({ wanted }) => wanted.verdict !== "healthy");
    expect(leaks.filter(({ findings }) => findings.some(({ right }) => right)).length).toBeGreaterThan(
      leaks.length / 2,
    );
  });
});

describe.each<VerdictHalf>([...halves, "unseen", "fresh", "heldout"])(
  "the programs of test/programs/java/%s",
  (half) => {
    it("are all in the table of what is wanted", () => {
      expect(unlistedPrograms(half, wantedVerdicts(half))).toEqual([]);
    });
  },
);

function chosen(half: (typeof halves)[number]): WantedVerdict[] {
  const all = wantedVerdicts(half);
  return subset[half].map((name) => {
    const found = all.find(({ program }) => program === name);
    if (found === undefined) throw new Error(`${half}/wanted.txt has no ${name}`);
    return found;
  });
}
