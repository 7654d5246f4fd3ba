import { closeSync, constants, fstatSync, openSync, realpathSync, writeSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { ExhumeError } from "../../base/errors";
import { reasonOf } from "../files/fileSource";
import { makeFolder } from "../files/makeFolder";
import { dumpKeyOf } from "./dumpTraces";
import { type AuditLogFile, machinePolicy } from "./machinePolicy";

/** What is written down; never what a dump holds. */
export type AuditedAction =
  | "open"
  | "close"
  /** It is encrypted, and nothing opened it. */
  | "locked"
  | "redact"
  | "save-copy"
  | "encrypt"
  | "decrypt"
  | "delete-index"
  | "delete-dump";

/**
 * Adds a line to the audit log, where there is one: JSON, one object a line.
 * @throws ExhumeError `refused` when it cannot be written: nothing happens unseen where it was asked for
 */
export function audit(action: AuditedAction, dump: string, policy = machinePolicy()): void {
  const { auditLog } = policy;
  if (auditLog === undefined) return;
  const line = {
    time: new Date().toISOString(),
    user: userName(),
    process: process.pid,
    action,
    ...named(dump, auditLog),
  };
  try {
    append(auditLog.file, `${JSON.stringify(line)}\n`);
  } catch (error) {
    const what = `The audit log ${auditLog.file} cannot be written (${reasonOf(error)}), and nothing is done without it`;
    throw new ExhumeError({ code: "refused", what });
  }
}

/** The hash is that of the real path: whoever knows a path can tell whether it is meant. */
function named(
  dump: string,
  { names }: AuditLogFile,
): { readonly path: string } | { readonly pathHash: string } {
  if (names === "hash") return { pathHash: dumpKeyOf(dump) };
  try {
    return { path: realpathSync(dump) };
  } catch {
    return { path: dump };
  }
}

function append(file: string, line: string): void {
  makeFolder(dirname(file), 0o700);
  // Windows has no links to refuse that a user could make.
  const noLinks = constants.O_NOFOLLOW ?? 0;
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK | noLinks;
  const fd = openSync(file, flags, 0o600);
  try {
    if (!fstatSync(fd).isFile()) throw new Error("it is not a regular file");
    // One write a line: lines of several processes do not mix.
    writeSync(fd, line);
  } finally {
    closeSync(fd);
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without an entry, as containers have.
    return String(process.getuid?.() ?? "unknown");
  }
}
