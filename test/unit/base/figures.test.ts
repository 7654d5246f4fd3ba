import { describe, expect, it } from "vitest";
import {
  formatBytes,
  formatCount,
  formatExactBytes,
  formatQuantity,
  formatShare,
} from "../../../analyzer/base/figures";

describe("figures", () => {
  it.each([
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.50 KiB"],
    [1024 * 1024 - 1, "1.00 MiB"],
    [50 * 1024 * 1024, "50.0 MiB"],
    [123 * 1024 ** 3, "123 GiB"],
    [-2048, "−2.00 KiB"],
  ])("writes %d bytes as %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it("keeps the exact number for hovers", () => {
    expect(formatExactBytes(1536)).toBe("1,536 bytes");
    expect(formatExactBytes(1)).toBe("1 byte");
  });

  it("never shows a share that is not zero as zero", () => {
    expect(formatShare(1, 1_000_000)).toBe("<0.1 %");
    expect(formatShare(0, 10)).toBe("0.0 %");
    expect(formatShare(1, 0)).toBe("–");
  });

  it.each([0, 7, 999, 1000, 1_048_576, 2 ** 53 - 1, 2 ** 60, 1234.5, Number.POSITIVE_INFINITY])(
    "groups the digits of %d as its language does",
    (count) => expect(formatCount(count)).toBe(count.toLocaleString("en-US", { maximumFractionDigits: 0 })),
  );

  it("writes a minus, in counts as in sizes", () => {
    expect(formatCount(-12_345)).toBe("−12,345");
    expect(formatCount(-1e20)).toBe("−100,000,000,000,000,000,000");
    expect(formatBytes(-1536)).toBe("−1.50 KiB");
  });

  it("counts in the right number", () => {
    expect(formatQuantity(1, "class", "classes")).toBe("1 class");
    expect(formatQuantity(1200, "class", "classes")).toBe("1,200 classes");
  });
});
