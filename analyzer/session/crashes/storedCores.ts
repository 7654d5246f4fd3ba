import { readFileSync } from "node:fs";
import type { StoredCores } from "../../protocol/dump/crashes";
import { apportReports } from "./apportReports";
import { type CorePattern, corePatternOf, patternCores } from "./corePattern";
import { systemdCores } from "./systemdCores";

/** Where a machine keeps cores. */
export interface CorePlaces {
  readonly systemdFolder: string;
  readonly coredumpctl: string;
  readonly apportFolder: string;
  readonly corePatternFile: string;
}

const linuxPlaces: CorePlaces = {
  systemdFolder: "/var/lib/systemd/coredump",
  coredumpctl: "/usr/bin/coredumpctl",
  apportFolder: "/var/crash",
  corePatternFile: "/proc/sys/kernel/core_pattern",
};

/** Cores that this machine kept of crashes: those of systemd, of apport, and of the kernel in one folder. */
export function listStoredCores(places: CorePlaces = linuxPlaces, platform = process.platform): StoredCores {
  if (platform !== "linux")
    return {
      cores: [],
      keeping: "Only Linux keeps cores that Exhume reads; open one that was copied from elsewhere.",
    };
  const pattern = patternOf(places.corePatternFile);
  const cores = [
    ...systemdCores(places.systemdFolder, places.coredumpctl),
    ...apportReports(places.apportFolder),
    ...(pattern?.kind === "folder" ? patternCores(pattern) : []),
  ];
  return { cores: cores.sort((a, b) => b.crashedMs - a.crashedMs), keeping: inWords(pattern) };
}

function patternOf(file: string): CorePattern | undefined {
  try {
    return corePatternOf(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function inWords(pattern: CorePattern | undefined): string {
  switch (pattern?.kind) {
    case undefined:
      return "Where this machine keeps cores cannot be read.";
    case "nowhere":
      return "This machine keeps no cores: kernel.core_pattern is empty.";
    case "program":
      return `This machine gives cores to ${pattern.program}.`;
    case "folder":
      return `This machine writes cores to ${pattern.folder}, as ${pattern.fileNames}.`;
    case "workingFolder":
      return `This machine writes cores into the folder in which a process runs, as ${pattern.fileNames}.`;
  }
}
