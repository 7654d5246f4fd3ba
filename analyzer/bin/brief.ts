// What `cli.ts` loads for a brief verb; bundled into one file whose compiled code is kept.
export { runBrieflyHere } from "../fronts/cli/briefCli";
