import { answersLater, joinAnswers } from "../room";
import type { CoreContext } from "./coreContext";

/** What `bt` and the first page do not ask, with what that needs. */
export const laterAnswers = joinAnswers<CoreContext>(
  answersLater(
    {
      "core/variables": "quick",
      "core/parts": "quick",
      "core/evaluate": "quick",
      "core/disassembly": "quick",
    },
    async ({ printers }: CoreContext) => {
      await printers.load();
      return (await import("./debugAnswers")).debugAnswers;
    },
  ),
  answersLater(
    { "core/lightThreads": "quick", "core/lightThreadGroups": "quick" },
    async () => (await import("./lightThreads")).lightThreadAnswers,
  ),
  answersLater(
    { "core/javaHeap": "long", "core/javaClasses": "long" },
    async () => (await import("./javaHeapAnswers")).javaHeapAnswers,
  ),
  answersLater(
    {
      "core/regionSummary": "long",
      "core/regions": "long",
      "core/regionAt": "long",
      "core/malloc": "long",
      "core/leaks": "long",
      "core/holders": "long",
      "core/blocksNamed": "long",
      "core/sizeClass": "long",
      "triage/evidence": "long",
    },
    async ({ printers }: CoreContext) => {
      await printers.load();
      return (await import("./regionAnswers")).regionAnswers;
    },
  ),
  answersLater(
    { "privacy/secrets": "long" },
    async () => (await import("../privacy/coreSecrets")).coreSecretAnswers,
  ),
);
