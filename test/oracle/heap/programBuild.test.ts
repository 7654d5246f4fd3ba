import { describe, expect, it } from "vitest";
import { type ProgramBuild, programBuildOf } from "../../../analyzer/heap/java/program/programBuild";
import { findJdks, makeJavaDump } from "../../build/javaDumps";
import { leakDump } from "../../build/leakDumps";
import { openFile } from "../../build/openFile";

const jdk = findJdks()[0]!;
const flags = ["-Xmx32m", "-XX:+UseSerialGC"];

async function buildIn(
  args: readonly string[],
  more: readonly string[] = [],
): Promise<ProgramBuild | undefined> {
  const { dump } = await makeJavaDump({ program: "Builds.java", jdk, flags: [...flags, ...more], args });
  return programBuildOf(await openFile(dump));
}

describe("the build of the program in a heap dump", () => {
  it("is what the process was told, before any file", async () => {
    const told = await buildIn(["properties"], ["-Dgit.commit.id=ABCDEF0123456"]);
    expect(told).toEqual({
      commit: "abcdef0123456",
      source: "system property git.commit.id",
      confidence: "certain",
    });
  });

  it("is what a loaded git.properties says, in full", async () => {
    expect(await buildIn(["properties", "manifest"])).toEqual({
      commit: "0123456789abcdef0123456789abcdef01234567",
      source: "git.properties that the program has loaded",
      confidence: "likely",
    });
  });

  it("is what a manifest says, also where the properties of two builds are loaded", async () => {
    expect(await buildIn(["two", "manifest"])).toEqual({
      commit: "89abcdef0123",
      source: "manifest of a jar that the program has read",
      confidence: "likely",
    });
  });

  it("is a version when no commit is named, and nothing when nothing is", async () => {
    expect(await buildIn([], ["-Dapp.version=1.4.2"])).toEqual({
      version: "1.4.2",
      source: "system property app.version",
      confidence: "likely",
    });
    expect(programBuildOf(await openFile(leakDump(jdk, "Gallery")))).toBeUndefined();
  });
});
