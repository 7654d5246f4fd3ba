import { describe, expect, it } from "vitest";
import { pathsBesideProgram } from "../../../analyzer/core/modules/besideProgram";

const recorded = "/usr/lib/jvm/java-17/bin/java";
const folder = "/home/me/jdk/bin";
const beside = (path: string, libraryFolders: readonly string[] = []) =>
  pathsBesideProgram(path, { recorded, folder, libraryFolders });

describe("a library that a program brought along", () => {
  it("is as far from the program as it was", () => {
    expect(beside("/usr/lib/jvm/java-17/lib/server/libjvm.so")).toEqual([
      "/home/me/jdk/lib/server/libjvm.so",
    ]);
    expect(beside("/usr/lib/jvm/java-17/bin/libzip.so")).toEqual(["/home/me/jdk/bin/libzip.so"]);
    expect(
      pathsBesideProgram("/app/lib/a.so", { recorded: "/app/run", folder: "C:/app", libraryFolders: [] }),
    ).toEqual(["C:/app/lib/a.so"]);
  });

  it("is in the folders beside itself where the program looks for it", () => {
    const folders = [
      "$ORIGIN/../lib",
      `$${"{ORIGIN}"}`,
      "/opt/other",
      "$ORIGINAL/lib",
      "$ORIGIN/../../../../../x",
    ];
    expect(beside("/opt/gone/libjli.so", folders)).toEqual([
      "/home/me/jdk/lib/libjli.so",
      "/home/me/jdk/bin/libjli.so",
    ]);
  });

  it("is nowhere when the two had no folder in common, or the program is not that deep now", () => {
    expect(beside("/opt/gone/libjli.so")).toEqual([]);
    const higher = { recorded, folder: "/jdk/bin", libraryFolders: [] };
    expect(pathsBesideProgram("/usr/bin/libjli.so", higher)).toEqual([]);
    expect(beside("")).toEqual([]);
    expect(beside("[vdso]")).toEqual([]);
  });
});
