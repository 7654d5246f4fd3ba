import { expect, it } from "vitest";
import { ExhumeError } from "../../../analyzer/base/errors";
import { limitsOf } from "../../../analyzer/fronts/cli/growthLimits";

it.each(["9".repeat(400), "9007199254740993", "1e3", "-1", "0x10", "8 Mib B", ""])(
  "a limit of %j is refused: it would hold for nothing, or for something else",
  (size) => {
    expect(() => limitsOf({ "max-growth": size })).toThrow(ExhumeError);
    expect(() => limitsOf({ "max-class-growth": [`com.example.Order=${size}`] })).toThrow(ExhumeError);
  },
);
