import type { Heap, ObjectIndex } from "../../heap";
import { entriesOf } from "../collections/entries";
import { referenceIn, stringIn } from "../objects/fieldReads";
import { stringOf } from "../objects/strings";
import { type SystemProperty, systemProperties } from "./systemProperties";

/** Which build of the program ran, as the program itself was told. Names of builds, no other contents. */
export interface ProgramBuild {
  /** Hash of a commit, 7 to 40 digits. */
  readonly commit?: string;
  /** A version when no commit is named: perhaps a tag. */
  readonly version?: string;
  /** Where the heap says so, for people: `system property git.commit.id`. */
  readonly source: string;
  /** `certain`: the process was told about itself; `likely`: a file says so that may be a library's. */
  readonly confidence: "certain" | "likely";
}

/** System properties with the commit, as build plugins and start scripts name them. */
const commitProperties = new Set([
  "git.commit.id",
  "git.commit.id.full",
  "git.commit.id.abbrev",
  "git.commit",
  "git.sha",
  "git.revision",
  "commit.id",
  "commit.id.full",
  "commit.id.abbrev",
  "build.commit",
  "build.revision",
  "vcs.revision",
  "scm.revision",
  "app.commit",
]);
/** Variables of the environment with the commit, as build servers and platforms name them. */
const commitVariables = new Set([
  "GIT_COMMIT",
  "GIT_SHA",
  "GIT_REVISION",
  "COMMIT_SHA",
  "SOURCE_COMMIT",
  "SOURCE_VERSION",
  "VCS_REF",
  "CI_COMMIT_SHA",
  "GITHUB_SHA",
  "HEROKU_SLUG_COMMIT",
  "HEROKU_BUILD_COMMIT",
  "DD_GIT_COMMIT_SHA",
]);
const versionNames = new Set([
  "app.version",
  "application.version",
  "service.version",
  "dd.version",
  "APP_VERSION",
  "SERVICE_VERSION",
  "DD_VERSION",
]);
/** Attributes of a jar's manifest with the commit, in lower case. */
const commitAttributes = new Set([
  "git-commit",
  "git-commit-id",
  "git-sha",
  "git-sha-1",
  "git-revision",
  "scm-revision",
  "implementation-scm-revision",
  "implementation-build",
  "build-revision",
  "vcs-revision",
]);

const commitHash = /^[0-9a-f]{7,40}$/i;
/** More objects of a kind than this are not looked through; programs have dozens. */
const mostObjects = 10_000;
const mostEntries = 2_000;

/**
 * The build that ran, best source first: what the process was told about itself, a `git.properties` it has loaded,
 * a manifest it has read. Undefined when the heap names none, and when files name several.
 */
export function programBuildOf(heap: Heap): ProgramBuild | undefined {
  const told = systemProperties(heap);
  return (
    toldCommit(told) ??
    onlyCommit(loadedCommits(heap), "git.properties that the program has loaded") ??
    onlyCommit(manifestCommits(heap), "manifest of a jar that the program has read") ??
    toldVersion(told)
  );
}

function toldCommit(told: readonly SystemProperty[]): ProgramBuild | undefined {
  for (const property of told) {
    const { name, value } = property;
    const names = property.source === "environment" ? commitVariables : commitProperties;
    if (property.source === "VM arguments" || !names.has(name) || !commitHash.test(value)) continue;
    return { commit: value.toLowerCase(), source: placeOf(property), confidence: "certain" };
  }
  return undefined;
}

function toldVersion(told: readonly SystemProperty[]): ProgramBuild | undefined {
  const property = told.find(({ name, value }) => versionNames.has(name) && /^[\w.+-]{1,100}$/.test(value));
  if (property === undefined) return undefined;
  return { version: property.value, source: placeOf(property), confidence: "likely" };
}

function placeOf({ name, source }: SystemProperty): string {
  return source === "environment" ? `environment variable ${name}` : `system property ${name}`;
}

/** Several commits tell nothing about which is the program's and which its libraries'. */
function onlyCommit(commits: ReadonlySet<string>, source: string): ProgramBuild | undefined {
  const [commit] = commits;
  // The full and the abbreviated hash of one commit stand side by side.
  const longest = [...commits].reduce((a, b) => (b.length > a.length ? b : a), commit ?? "");
  if (commit === undefined || [...commits].some((each) => !longest.startsWith(each))) return undefined;
  return { commit: longest, source, confidence: "likely" };
}

function loadedCommits(heap: Heap): Set<string> {
  const commits = new Set<string>();
  forEachOf(heap, "java.util.Properties", (properties) => {
    const map = referenceIn(heap, properties, "map") ?? properties;
    for (const [name, value] of textsOf(heap, map, (key) => stringOf(heap, key, 100))) {
      if (commitProperties.has(name) && commitHash.test(value)) commits.add(value.toLowerCase());
    }
  });
  return commits;
}

function manifestCommits(heap: Heap): Set<string> {
  const commits = new Set<string>();
  forEachOf(heap, "java.util.jar.Attributes", (attributes) => {
    const map = referenceIn(heap, attributes, "map");
    if (map === undefined) return;
    for (const [name, value] of textsOf(heap, map, (key) => stringIn(heap, key, "name", 100))) {
      if (commitAttributes.has(name.toLowerCase()) && commitHash.test(value))
        commits.add(value.toLowerCase());
    }
  });
  return commits;
}

function forEachOf(heap: Heap, className: string, visit: (object: ObjectIndex) => void): void {
  let left = mostObjects;
  for (const type of heap.classes.findByName(className)) {
    heap.forEachInstance(type, (object) => {
      visit(object);
      return --left > 0;
    });
  }
}

/** Entries of a map whose keys are texts, or objects with one. */
function* textsOf(
  heap: Heap,
  map: ObjectIndex,
  keyText: (key: ObjectIndex) => string | undefined,
): Generator<[string, string]> {
  let left = mostEntries;
  for (const { key, value } of entriesOf(heap, map)) {
    if (left-- <= 0) return;
    const keyObject = key === undefined ? undefined : heap.indexOf(key);
    const valueObject = heap.indexOf(value);
    const name = keyObject === undefined ? undefined : keyText(keyObject);
    const text = valueObject === undefined ? undefined : stringOf(heap, valueObject, 100);
    if (name !== undefined && text !== undefined) yield [name, text];
  }
}
