#!/usr/bin/env node
import { join } from "node:path";
import { supervise } from "../fronts/cli/supervisor";

const args = process.argv.slice(2);
const say = (sentence: string) => void process.stderr.write(`exhume ${args[0] ?? ""}: ${sentence}.\n`);

void supervise(join(__dirname, "cliProcess.js"), args, say).then((code) => {
  process.exitCode = code;
});
