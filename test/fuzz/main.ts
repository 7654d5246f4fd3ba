import { fuzz } from "./fuzz";
import { parsers } from "./parsers";

// npm run fuzz [PARSER …] [-- --seconds N] [--seed S]
const { argv } = process;
const option = (name: string, usual: number) => {
  const at = argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(argv[at + 1]);
};
const seconds = option("seconds", 60);
const seed = option("seed", (Date.now() % 1e9) | 0);
const chosen = argv.slice(2).filter((each) => Object.hasOwn(parsers, each));
const names = chosen.length > 0 ? chosen : Object.keys(parsers);

async function main(): Promise<void> {
  console.log(`seed ${seed}, ${seconds} s each`);
  let failed = 0;
  for (const name of names) {
    const { inputs, refused, replayed, slowestMs, findings } = await fuzz(name, parsers[name]!, {
      seconds,
      seed,
      isWatched: true,
    });
    console.log(
      `${name.padEnd(12)} ${String(inputs).padStart(9)} inputs ${String(refused).padStart(9)} refused ${String(replayed).padStart(4)} replayed, slowest ${slowestMs.toFixed(0)} ms, ${findings.length} findings`,
    );
    for (const finding of findings) console.log(`  ${finding}`);
    failed += findings.length;
  }
  process.exitCode = failed === 0 ? 0 : 1;
}

void main();
