#!/usr/bin/env node
import { join } from "node:path";
import { supervise } from "../fronts/cli/supervisor";

const args = process.argv.slice(2);
/** Anything else that was typed is answered by the process that works. */
const verb = /^[a-z]+$/.exec(args[0] ?? "")?.[0];
const name = verb === undefined ? "exhume" : `exhume ${verb}`;
const say = (sentence: string) => void process.stderr.write(`${name}: ${sentence}.\n`);

void supervise(join(__dirname, "cliProcess.js"), args, say).then((code) => {
  process.exitCode = code;
});
