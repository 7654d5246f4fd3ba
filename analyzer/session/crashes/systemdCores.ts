import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { signalName } from "../../core/signals";
import type { StoredCore } from "../../protocol/dump/crashes";
import { filesIn } from "./folderFiles";

const mostOutputBytes = 16 << 20;
const mostMilliseconds = 10_000;

/** `core.NAME.UID.BOOT-ID.PID.MICROSECONDS`, then how it is packed; what a name has of dots, slashes and spaces is escaped. */
const fileName = /^core\.([^.]*)\.(\d{1,10})\.([0-9a-f]{32})\.(\d{1,10})\.(\d{1,17})(?:\.(?:zst|lz4|xz))?$/;

/**
 * Cores that systemd-coredump kept, by the names of its files and by its journal where `coredumpctl` is there, which also
 * knows programs, signals and crashes whose cores are gone.
 * @param coredumpctl the system's; it is given no environment
 */
export function systemdCores(folder: string, coredumpctl: string): StoredCore[] {
  const entries = journalEntries(coredumpctl);
  const kept = filesIn(folder).flatMap((file): StoredCore[] => {
    const match = fileName.exec(file.name);
    if (match === null) return [];
    const [, command, userId, , pid, microseconds] = match;
    const crashedMs = Math.round(Number(microseconds) / 1000);
    const entry = entries.find((each) => each.pid === Number(pid) && each.crashedMs === crashedMs);
    return [
      {
        path: file.path,
        keeper: "systemd",
        state: file.isReadable ? "readable" : "forbidden",
        command: unescaped(command!),
        pid: Number(pid),
        userId: Number(userId),
        crashedMs,
        bytes: file.bytes,
        ...(entry?.program === undefined ? {} : { program: entry.program }),
        ...(entry === undefined ? {} : { signal: signalName(entry.signal) }),
      },
    ];
  });
  const gone = entries.flatMap((entry): StoredCore[] => {
    const { program, pid, userId, crashedMs } = entry;
    const signal = signalName(entry.signal);
    if (kept.some((core) => core.pid === pid && core.crashedMs === crashedMs)) return [];
    const command = program === undefined ? "?" : basename(program);
    const named = program === undefined ? {} : { program };
    const path = join(folder, `core.${command}.${userId}.*.${pid}.*`);
    return [{ path, keeper: "systemd", state: "gone", command, pid, userId, signal, crashedMs, ...named }];
  });
  return [...kept, ...gone];
}

function unescaped(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

interface JournalEntry {
  readonly program: string | undefined;
  readonly pid: number;
  readonly userId: number;
  readonly signal: number;
  readonly crashedMs: number;
}

function journalEntries(coredumpctl: string): JournalEntry[] {
  if (!existsSync(coredumpctl)) return [];
  const { stdout } = spawnSync(coredumpctl, ["list", "--json=short", "--no-pager", "--quiet"], {
    env: {},
    maxBuffer: mostOutputBytes,
    timeout: mostMilliseconds,
    stdio: ["ignore", "pipe", "ignore"],
    encoding: "utf8",
  });
  return journalEntriesIn(stdout ?? "");
}

/** What `coredumpctl list --json=short` writes, since systemd 248: an array of objects, times in microseconds. */
export function journalEntriesIn(json: string): JournalEntry[] {
  return arrayIn(json).flatMap((entry): JournalEntry[] => {
    if (typeof entry !== "object" || entry === null) return [];
    const { time, pid, uid, sig, exe } = entry as Readonly<Record<string, unknown>>;
    const numbers = [time, pid, uid, sig];
    if (!numbers.every((each) => Number.isSafeInteger(each) && Number(each) >= 0)) return [];
    const [microseconds, process, userId, signal] = numbers.map(Number) as [number, number, number, number];
    const program = typeof exe === "string" ? exe : undefined;
    return [{ program, pid: process, userId, signal, crashedMs: Math.round(microseconds / 1000) }];
  });
}

function arrayIn(json: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    // Older ones know no such option, and write nothing where there is no journal.
    return [];
  }
}
