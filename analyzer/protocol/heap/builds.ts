import { moment, type Of, object, oneOf, optional, path, words } from "../shapes";

/** Which build of the program ran, as its heap says. */
export const programBuild = object({
  /** Hash of a commit, 7 to 40 digits. */
  commit: optional(words),
  /** A version when no commit is named: perhaps a tag. */
  version: optional(words),
  /** Where the heap says so: `system property git.commit.id`. */
  source: words,
  confidence: oneOf(["certain", "likely"]),
});
export type BuildRow = Of<typeof programBuild>;

/** A dump with what tells its build: what the heap says, else when it was written. */
export const dumpBuild = object({ path, createdMs: moment, build: optional(programBuild) });
export type DumpBuild = Of<typeof dumpBuild>;
