/** How far the opening of a dump is. */
export interface OpeningStep {
  /** In the user's words. */
  readonly step: string;
  /** Of the whole opening, 0 to 1; never less than before. */
  readonly fraction: number;
  /** Once it can be told. */
  readonly secondsLeft?: number;
}

interface Stage {
  /** What the engine calls its steps here; what follows in a step's name stays. */
  readonly steps: readonly string[];
  readonly words: string;
  /** Share of the opening of a heap dump of 44 million objects (HPROF, index written), in parts. */
  readonly weight: number;
}

const keptAlive = "Working out what keeps what alive";
const retained = "Adding up what each object keeps alive";

/** In their order. A dump that begins further down has the rest of them before it. */
const stages: readonly Stage[] = [
  { steps: ["Unpacking", "Decrypting"], words: "Unpacking the dump", weight: 8 },
  {
    steps: ["Reading records", "Reading the nodes", "Reading the graph"],
    words: "Reading objects",
    weight: 3,
  },
  { steps: ["Reading references"], words: "Reading references", weight: 5 },
  { steps: ["Folding"], words: keptAlive, weight: 2 },
  { steps: ["Compacting the graph"], words: keptAlive, weight: 1.5 },
  { steps: ["Walking the graph"], words: keptAlive, weight: 5 },
  { steps: ["Listing referrers"], words: keptAlive, weight: 3.5 },
  { steps: ["Finding dominators"], words: keptAlive, weight: 5.5 },
  { steps: ["Listing children"], words: retained, weight: 1.5 },
  { steps: ["Adding up retained sizes"], words: retained, weight: 4.5 },
  { steps: ["Saving the index"], words: "Saving the index", weight: 3 },
];

/** Before this nothing can be said of the rest, in seconds and as a share. */
const leastSeconds = 2;
const leastFraction = 0.04;

/** One bar over all steps of an opening; steps of other formats, which have one or two, are taken as they are. */
export class OpeningProgress {
  private first: { readonly stage: number; readonly atMs: number } | undefined;
  private fraction = 0;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(private readonly now: () => number) {}

  take(step: string, fraction: number): OpeningStep {
    const stage = stages.findIndex(({ steps }) => steps.some((each) => step.startsWith(each)));
    if (stage < 0) return { step, fraction };
    this.first ??= { stage, atMs: this.now() };
    const { words, steps, weight } = stages[stage]!;
    const done = sumOf(stages.slice(this.first.stage, stage)) + weight * Math.min(1, Math.max(0, fraction));
    this.fraction = Math.max(this.fraction, done / sumOf(stages.slice(this.first.stage)));
    const detail = step.slice(steps.find((each) => step.startsWith(each))!.length);
    return {
      step: detail.startsWith(" (") ? `${words}${detail}` : words,
      fraction: this.fraction,
      ...this.timeLeft(),
    };
  }

  private timeLeft(): Pick<OpeningStep, "secondsLeft"> {
    const seconds = (this.now() - this.first!.atMs) / 1000;
    if (seconds < leastSeconds || this.fraction < leastFraction) return {};
    return { secondsLeft: (seconds * (1 - this.fraction)) / this.fraction };
  }
}

function sumOf(part: readonly Stage[]): number {
  return part.reduce((sum, { weight }) => sum + weight, 0);
}
