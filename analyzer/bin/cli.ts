#!/usr/bin/env node
import { isBrief } from "../fronts/cli/verbs";

const args = process.argv.slice(2);
const say = (line: string) => void process.stderr.write(line);

const ended = isBrief(args)
  ? import("../fronts/cli/briefCli").then(({ runBrieflyHere }) => runBrieflyHere(args, __dirname))
  : import("../fronts/cli/supervisor").then(({ superviseCli }) => superviseCli(args, __dirname, say));
void ended.then((code) => {
  process.exitCode = code;
});
