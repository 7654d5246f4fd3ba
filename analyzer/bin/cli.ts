#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { isBrief } from "../fronts/cli/verbs";

const args = process.argv.slice(2);
const say = (line: string) => void process.stderr.write(line);

const brief = isBrief(args);
/** Releases of Node whose V8 is known to have the flag. */
const isKnownNode = /^v2[0-4]\./.test(process.version);
// What takes a moment ends before code that the runtime optimized has paid: it begins with that seven times as late.
if (brief && isKnownNode) setFlagsFromString("--interrupt-budget=1000000");
const ended = brief
  ? import("../fronts/cli/briefCli").then(({ runBrieflyHere }) => runBrieflyHere(args, __dirname))
  : import("../fronts/cli/supervisor").then(({ superviseCli }) => superviseCli(args, __dirname, say));
void ended.then((code) => {
  process.exitCode = code;
});
