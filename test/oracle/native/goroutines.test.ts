import { describe, expect, it } from "vitest";
import type { CoreLightThread } from "../../../analyzer/protocol/core/lightThreads";
import type { CoreFrame } from "../../../analyzer/protocol/core/stacks";
import { exhumeJson } from "../../build/cli";
import { type GoDraft, goCore } from "../../build/goPrograms";
import { goTraceOf, isShownInTraces } from "../../build/goTrace";

/** Goroutines of cores, judged by the trace that Go's own runtime printed as it died. */

type Shown = CoreLightThread & { readonly frames: readonly CoreFrame[] };

const drafts: readonly (GoDraft & { readonly name: string })[] = [
  { name: "the installed Go", source: "parked.go" },
  { name: "without symbols and debug information", source: "parked.go", stripped: true },
  { name: "an old Go, stripped", source: "parked.go", stripped: true, release: "1.21.13" },
];

describe.each(drafts)("goroutines of $name", (draft) => {
  it("have the states, frames and creators that the runtime told", async () => {
    const { core, trace } = await goCore(draft);
    const { goroutines } = await exhumeJson<{ readonly goroutines: readonly Shown[] }>(
      ...["goroutines", core, "--all", "--system"],
    );
    const told = goTraceOf(trace);
    expect(told.length).toBeGreaterThan(50);
    const shown = goroutines.map(({ title, state, frames, created }) => ({
      id: Number(title.replace("goroutine ", "")),
      state,
      frames: frames
        .filter(({ function: name }) => isShownInTraces(name ?? ""))
        .map(({ function: name, line }) => `${name}:${line}`),
      created: created && `${created.function}:${created.line}`,
    }));
    expect(shown).toEqual(told);
  });
});
