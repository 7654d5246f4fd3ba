#!/usr/bin/env node
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { flagsOfBriefRuns } from "../fronts/cli/engineFlags";
import { isBrief, useOf } from "../fronts/cli/verbNames";
import { loadProgram } from "../session/files/keptCode";

const args = process.argv.slice(2);

async function runBriefly(): Promise<void> {
  for (const flag of flagsOfBriefRuns(process.versions.v8)) setFlagsFromString(flag);
  const program = loadProgram<typeof import("./brief")>(join(__dirname, "brief.cjs"), useOf(args));
  process.exitCode = await program.exports.runBrieflyHere(args, __dirname);
  if (process.exitCode === 0) program.keepCode();
}

async function runSupervised(): Promise<void> {
  const { superviseCli } = await import("../fronts/cli/supervisor");
  process.exitCode = await superviseCli(args, __dirname, (line) => void process.stderr.write(line));
}

void (isBrief(args) ? runBriefly() : runSupervised());
