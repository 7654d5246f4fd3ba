import { expect, it } from "vitest";
import { spanForms } from "../../../../analyzer/core/malloc/googleTcmalloc/layout";
import { doubtOf } from "../../../../analyzer/core/malloc/googleTcmalloc/walk";

it("says which forms of Google's tcmalloc were never compared with its own count", () => {
  const doubted = (pageShift: number) =>
    spanForms.filter((form) => doubtOf(form, pageShift) !== undefined).map(({ years }) => years);
  expect(doubted(13)).toEqual(["2024 and 2025", "2021 to 2024", "2026, with the locking of before"]);
  expect(doubted(15)).toHaveLength(spanForms.length);
  const of2021 = spanForms.find(({ years }) => years === "2021 to 2024")!;
  expect(doubtOf(of2021, 13)).toMatchObject({
    code: "malloc-not-verified",
    message: expect.stringMatching(/2021 to 2024, with pages of 8.00 KiB\. .* not verified\.$/),
    losesData: false,
  });
});
