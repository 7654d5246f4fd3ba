import { ExhumeError } from "../../base/errors";
import { compareProfiles } from "../../heap/graph/growth/compareProfiles";
import type { GraphProfile } from "../../heap/graph/growth/profile";
import type { DumpBuild } from "../../protocol/heap/builds";
import type { ComparisonResult } from "../../protocol/heap/growth";
import type { LeftOutFacts } from "../../protocol/heap/objects";
import { has, requireCapability } from "../capabilities";
import type { DumpFormat } from "../dumpFormat";
import type { DumpSession } from "../dumpSession";

/**
 * Compares two or more heap dumps of one program, in the order given. Each dump makes its own profile in its own
 * threads; only the profiles, which are small, come together here.
 * @throws ExhumeError `invalid` for fewer than two dumps or dumps of another kind.
 */
export async function compareHeaps(
  sessions: readonly DumpSession[],
  signal?: AbortSignal,
): Promise<ComparisonResult> {
  if (sessions.length < 2) {
    throw new ExhumeError({ code: "invalid", what: "A comparison needs at least two heap dumps" });
  }
  const [first] = sessions;
  for (const { format, path } of sessions) {
    requireCapability(format, "objectGraph", path);
    if (!areComparable(format, first!.format)) {
      const what = `${path} is ${format.title}, ${first!.path} is ${first!.format.title}: only dumps of one kind of heap compare`;
      throw new ExhumeError({ code: "invalid", what });
    }
  }
  const profiles: GraphProfile[] = [];
  const builds: DumpBuild[] = [];
  let leftOut: LeftOutFacts | undefined;
  for (const session of sessions) {
    builds.push(await dumpBuildOf(session, signal));
    profiles.push((await session.ask("heap/profile", {}, signal)) as GraphProfile);
    leftOut = biggerOf(leftOut, (await session.ask("heap/summary", {}, signal)).leftOut);
  }
  const times = builds.map(({ createdMs }) => createdMs);
  return {
    dumps: builds.map((build, at) => {
      const { reachableBytes, shallowBytes, objects } = profiles[at]!;
      return { ...build, ...(reachableBytes === undefined ? {} : { reachableBytes }), shallowBytes, objects };
    }),
    ...(leftOut === undefined ? {} : { leftOut }),
    ...withoutTotals(compareProfiles(profiles, times)),
  };
}

/** The heap of a JVM is one whatever it was written as. */
function areComparable(a: DumpFormat, b: DumpFormat): boolean {
  return a === b || (has(a, "heapRecords") && has(b, "heapRecords"));
}

/** A budget that would do for both. */
function biggerOf(a: LeftOutFacts | undefined, b: LeftOutFacts | undefined): LeftOutFacts | undefined {
  return a === undefined || (b !== undefined && b.neededBytes > a.neededBytes) ? b : a;
}

/** What tells which build of the program a heap dump is of. */
export async function dumpBuildOf(session: DumpSession, signal?: AbortSignal): Promise<DumpBuild> {
  const { createdMs } = await session.ask("heap/summary", {}, signal);
  const build = has(session.format, "systemProperties") ? await session.ask("heap/build", {}, signal) : {};
  return { path: session.path, createdMs, ...build };
}

function withoutTotals({
  reachableBytes: _reachableBytes,
  ...rest
}: ReturnType<typeof compareProfiles>): Omit<ComparisonResult, "dumps"> {
  return rest;
}
