import { Worker } from "node:worker_threads";

/** Seconds after which an input is taken for one that never ends. */
const patience = 30;
/** Longer ones are saved in part. Damaged seeds are shorter, whole ones may not be. */
const longest = 4 << 20;

/**
 * Runs beside the fuzzed thread, which an endless loop would keep from telling anything: what is written goes to the
 * file descriptor, since the streams of a worker wait for the main thread, and the whole process is killed, since exiting
 * ends the worker alone.
 */
const program = `
const { workerData } = require("node:worker_threads");
const { createHash } = require("node:crypto");
const { mkdirSync, writeFileSync, writeSync } = require("node:fs");
const { join } = require("node:path");
const { folder, patience } = workerData;
const state = new Int32Array(workerData.state);
let before = -1;
setInterval(() => {
  const number = Atomics.load(state, 0);
  if (number !== before || Atomics.load(state, 1) === 0) return void (before = number);
  const bytes = Buffer.from(Buffer.from(workerData.input).subarray(0, state[2]));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, createHash("sha256").update(bytes).digest("hex").slice(0, 16));
  writeFileSync(file, bytes);
  writeSync(2, file + ": did not end in " + patience + " s\\n");
  process.kill(process.pid, "SIGKILL");
}, patience * 1000);
`;

/** Saves an input that does not end, says so, and kills the process: a test run fails with it. */
export class Watchdog {
  private readonly state = new Int32Array(new SharedArrayBuffer(12));
  private readonly input = new Uint8Array(new SharedArrayBuffer(longest));
  private readonly worker: Worker;

  /**
   * @param folder of the parser's corpus
   * @param seconds it is patient, and up to twice as long
   */
  constructor(folder: string, seconds = patience) {
    const workerData = { state: this.state.buffer, input: this.input.buffer, folder, patience: seconds };
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
