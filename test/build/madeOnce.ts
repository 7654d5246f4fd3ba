import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * What tests have in common is made once, by whoever needs it first; the others, in other processes too, wait for it.
 * Without that two of them do the same work side by side, and the second finds its place taken when it is done.
 */

const locks = resolve(__dirname, "../../.cache/locks");
const pollMs = 25;
/** Longer than a test may take: whoever holds a lock for so long has been forgotten. */
const patienceMs = 400_000;

/** Makes what lies at a path, unless it is there. */
export function madeOnce(path: string, make: () => void): void {
  if (existsSync(path)) return;
  const lock = lockOf(path);
  for (const end = Date.now() + patienceMs; !take(lock); ) {
    // What this thread does in turns with something else cannot end while it waits here.
    if (holderOf(lock) === process.pid) throw new Error(`${path} is being made by this process already`);
    giveUpAfter(end, path, lock);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
  try {
    if (!existsSync(path)) make();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The same where making takes turns with other things. */
export async function madeOnceMeanwhile(path: string, make: () => Promise<void>): Promise<void> {
  if (existsSync(path)) return;
  const lock = lockOf(path);
  for (const end = Date.now() + patienceMs; !take(lock); ) {
    giveUpAfter(end, path, lock);
    await sleep(pollMs);
  }
  try {
    if (!existsSync(path)) await make();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Makes a folder that is there as a whole or not at all: `make` is given another one, which gets its name then. */
export function folderMadeOnce(folder: string, make: (fresh: string) => void): void {
  madeOnce(folder, () => {
    const fresh = freshBeside(folder);
    try {
      make(fresh);
      renameSync(fresh, folder);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
}

/** The same where making takes turns with other things. */
export async function folderMadeOnceMeanwhile(
  folder: string,
  make: (fresh: string) => Promise<void>,
): Promise<void> {
  await madeOnceMeanwhile(folder, async () => {
    const fresh = freshBeside(folder);
    try {
      await make(fresh);
      renameSync(fresh, folder);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  });
}

/**
 * Fills a folder where it lies, for what remembers its own path. A file in it says that it is whole: what the kernel
 * writes of a core is there before all of it is.
 */
export function folderFilledOnce(folder: string, fill: () => void): void {
  const done = join(folder, "done");
  madeOnce(done, () => {
    emptied(folder);
    fill();
    writeFileSync(done, "");
  });
}

/** The same where filling takes turns with other things. */
export async function folderFilledOnceMeanwhile(folder: string, fill: () => Promise<void>): Promise<void> {
  const done = join(folder, "done");
  await madeOnceMeanwhile(done, async () => {
    emptied(folder);
    await fill();
    writeFileSync(done, "");
  });
}

function emptied(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

function freshBeside(folder: string): string {
  mkdirSync(dirname(folder), { recursive: true });
  return mkdtempSync(join(dirname(folder), "making-"));
}

function lockOf(path: string): string {
  mkdirSync(locks, { recursive: true });
  return join(locks, createHash("sha256").update(path).digest("hex").slice(0, 24));
}

/** Whether the lock is ours now. One whose process is gone is taken away first. */
function take(lock: string): boolean {
  try {
    const file = openSync(lock, "wx");
    writeSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  if (isLeft(lock)) removeLeft(lock);
  return false;
}

/** The process that holds a lock, undefined when nobody does or it has not yet written its number. */
function holderOf(lock: string): number | undefined {
  try {
    return Number(readFileSync(lock, "utf8")) || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function isLeft(lock: string): boolean {
  const holder = holderOf(lock);
  if (holder === undefined) return false;
  try {
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/** One at a time, which looks once more: else a lock that somebody has just taken would go. */
function removeLeft(lock: string): void {
  const guard = `${lock}.removing`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    throw error;
  }
  if (isLeft(lock)) rmSync(lock, { force: true });
  rmdirSync(guard);
}

function giveUpAfter(end: number, path: string, lock: string): void {
  if (Date.now() > end)
    throw new Error(`Process ${holderOf(lock)} has not made ${path}; its lock is ${lock}`);
}
