import { expect, it } from "vitest";
import {
  confidenceOf,
  elementsPart,
  shapePart,
  sharePart,
} from "../../../../analyzer/heap/graph/suspects/scoring";
import type { ObjectIndex } from "../../../../analyzer/heap/heap";
import { cachePoints } from "../../../../analyzer/heap/java/leaks/shapes/mapPurpose";

const confidenceOfMapIn = (className: string, field: string) => {
  const holder = 0 as ObjectIndex;
  const reference = { target: holder, kind: "field", strong: true } as const;
  const points = cachePoints({
    kind: "map",
    cacheClass: undefined,
    field: { holder, reference, className, field, static: false },
  });
  return confidenceOf([sharePart(0.5), elementsPart(100_000), shapePart(points, "a map without eviction")]);
};

it("takes no table for a cache by its size: one dump does not tell reference data from what grows", () => {
  // What a running jshell has, at 29 % of its heap.
  const index = confidenceOfMapIn("jdk.jshell.SourceCodeAnalysisImpl$ClassIndex", "classSimpleName2FQN");
  expect(index).toBe("possible");
  expect(confidenceOfMapIn("com.example.Prices", "quotes")).toBe("possible");
  expect(confidenceOfMapIn("com.example.Prices", "quotesByArticle")).toBe("possible");
  expect(confidenceOfMapIn("com.example.Prices", "quoteCache")).toBe("likely");
});
