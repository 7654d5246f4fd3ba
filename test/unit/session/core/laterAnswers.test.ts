import { expect, it } from "vitest";
import { debugAnswers } from "../../../../analyzer/session/core/debugAnswers";
import { javaHeapAnswers } from "../../../../analyzer/session/core/javaHeapAnswers";
import { laterAnswers } from "../../../../analyzer/session/core/laterAnswers";
import { lightThreadAnswers } from "../../../../analyzer/session/core/lightThreads";
import { regionAnswers } from "../../../../analyzer/session/core/regionAnswers";
import { coreSecretAnswers } from "../../../../analyzer/session/privacy/coreSecrets";
import { type AnyAnswer, joinAnswers } from "../../../../analyzer/session/room";

it("answers that are read with the first question are in the lanes that they say", () => {
  const tables = [debugAnswers, lightThreadAnswers, javaHeapAnswers, regionAnswers, coreSecretAnswers];
  const lanesOf = (answers: { readonly [method: string]: AnyAnswer<never> }) =>
    Object.fromEntries(
      Object.entries(answers).map(([method, { lane, isKept }]) => [method, { lane, isKept }]),
    );
  expect(lanesOf(laterAnswers)).toEqual(lanesOf(joinAnswers<never>(...tables)));
});
