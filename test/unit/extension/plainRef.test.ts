import { expect, it } from "vitest";
import { isPlainRef } from "../../../extension/plainRef";

it.each(["abc1234", "v1.2.3", "release/2026-11", "1.0.0+build.5", "HEAD"])("%s names a commit", (ref) =>
  expect(isPlainRef(ref)).toBe(true),
);

it.each([
  "--output=/home/me/.bashrc",
  "-Sx",
  "",
  "a..b",
  ":/text of a message",
  "HEAD^{/text}",
  "@{upstream}",
  "a b",
  "a\n--output=x",
  "x".repeat(500),
])("%j is not asked of git", (ref) => expect(isPlainRef(ref)).toBe(false));
