import { Worker } from "node:worker_threads";

/** Seconds after which an input is taken for one that never ends. */
const patience = 30;
const longest = 128 * 1024;

/** Runs beside the fuzzed thread, which an endless loop would keep from telling anything. */
const program = `
const { workerData } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { mkdirSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const state = new Int32Array(workerData.state);
let before = -1;
setInterval(() => {
  const number = Atomics.load(state, 0);
  if (number !== before || Atomics.load(state, 1) === 0) return void (before = number);
  const bytes = Buffer.from(Buffer.from(workerData.input).subarray(0, state[2]));
  mkdirSync(workerData.folder, { recursive: true });
  const file = join(workerData.folder, createHash("sha256").update(bytes).digest("hex").slice(0, 16));
  writeFileSync(file, bytes);
  process.stderr.write(file + ": did not end in ${patience} s\\n");
  process.exit(1);
}, ${patience} * 1000);
`;

/** Saves an input that does not end, and ends the process. */
export class Watchdog {
  private readonly state = new Int32Array(new SharedArrayBuffer(12));
  private readonly input = new Uint8Array(new SharedArrayBuffer(longest));
  private readonly worker: Worker;

  /** @param folder of the parser's corpus */
  constructor(folder: string) {
    const workerData = { state: this.state.buffer, input: this.input.buffer, folder };
    this.worker = new Worker(program, { eval: true, workerData });
    this.worker.unref();
  }

  begin(bytes: Uint8Array): void {
    this.input.set(bytes.subarray(0, longest));
    this.state[2] = Math.min(longest, bytes.length);
    Atomics.add(this.state, 0, 1);
    Atomics.store(this.state, 1, 1);
  }

  end(): void {
    Atomics.store(this.state, 1, 0);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
