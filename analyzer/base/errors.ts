import { formatBytes } from "./figures";

/**
 * Everything that can stop a request, as data. Each room that needs a new case adds it here with its fields;
 * the sentence is made by {@link describeFault}, the advice by the front that shows it.
 */
export type Fault =
  | { readonly code: "cancelled" }
  | { readonly code: "unreadable"; readonly file: string; readonly reason: string; readonly offset?: number }
  | { readonly code: "empty"; readonly file: string }
  | { readonly code: "notADump"; readonly file: string; readonly found: string }
  | { readonly code: "unsupported"; readonly file: string; readonly what: string }
  | { readonly code: "damaged"; readonly file: string; readonly what: string; readonly offset: number }
  | { readonly code: "changedOnDisk"; readonly file: string; readonly what: string }
  | { readonly code: "noSpace"; readonly directory: string; readonly neededBytes?: number }
  | {
      readonly code: "overBudget";
      readonly what: string;
      readonly neededBytes: number;
      readonly budgetBytes: number;
    }
  | { readonly code: "outOfMemory"; readonly reason: string }
  | { readonly code: "notFound"; readonly what: string }
  | { readonly code: "invalid"; readonly what: string; readonly column?: number }
  | { readonly code: "refused"; readonly what: string }
  /** An encrypted file that opens with what the user has to give. */
  | {
      readonly code: "locked";
      readonly file: string;
      readonly what: string;
      readonly wants: "passphrase" | "identity" | "nothing";
    }
  /** One of them has to be named: a file of an archive, or a dump of a file by its number. */
  | {
      readonly code: "severalDumps";
      readonly file: string;
      readonly option: "member" | "dump";
      /** The first of them, where there are very many. */
      readonly choices: readonly string[];
      readonly count: number;
    }
  | { readonly code: "analyzerLost"; readonly reason: string }
  /** A bug of ours. The stack is for the log: it never crosses to a client. */
  | { readonly code: "internal"; readonly message: string; readonly stack?: string };

export type FaultCode = Fault["code"];

/** The one error class thrown on purpose. Anything else that is thrown is a bug of ours. */
export class ExhumeError extends Error {
  constructor(readonly fault: Fault) {
    super(describeFault(fault));
    this.name = "ExhumeError";
  }
}

/** Turns whatever was thrown into a fault, so that every request can be answered. */
export function faultOf(thrown: unknown): Fault {
  if (thrown instanceof ExhumeError) return thrown.fault;
  if (!(thrown instanceof Error)) return { code: "internal", message: firstLineOf(String(thrown)) };
  const { message, stack } = thrown;
  if (isAllocationFailure(thrown)) return { code: "outOfMemory", reason: firstLineOf(message) };
  if (isSystemError(thrown))
    return { code: "unreadable", file: thrown.path ?? "A file", reason: reasonIn(message) };
  return { code: "internal", message: firstLineOf(message), ...(stack === undefined ? {} : { stack }) };
}

/** What operating systems refuse, as Node throws it: whatever calls them, it is not a bug. */
function isSystemError(error: Error): error is Error & { readonly path?: string } {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  return typeof code === "string" && typeof syscall === "string";
}

/** What runtimes throw where the system gives no more memory; V8 and WebAssembly have no code for it. */
function isAllocationFailure({ name, message }: Error): boolean {
  return (
    (name === "RangeError" && /allocation failed|could not allocate/i.test(message)) ||
    (name === "Error" && /ENOMEM|Worker terminated due to reaching memory limit/.test(message))
  );
}

/** From `ENOTDIR: not a directory, mkdir '/a/b'` what is said between the code and the call. */
function reasonIn(message: string): string {
  return /^E[A-Z0-9]+: ([^,]+),/.exec(message)?.[1] ?? firstLineOf(message);
}

function firstLineOf(message: string): string {
  return message.split("\n", 1)[0]!.slice(0, 300);
}

/** The fact in one sentence, without advice. Never contains contents of a dump. */
export function describeFault(fault: Fault): string {
  switch (fault.code) {
    case "cancelled":
      return "Cancelled.";
    case "unreadable":
      return `${fault.file} cannot be read${fault.offset === undefined ? "" : ` at offset ${fault.offset}`}: ${fault.reason}.`;
    case "empty":
      return `${fault.file} is empty (0 bytes).`;
    case "notADump":
      return `${fault.file} is not a dump Exhume knows: ${fault.found}.`;
    case "unsupported":
      return `${fault.file}: ${fault.what}.`;
    case "damaged":
      return `${fault.file} is damaged at offset ${fault.offset}: ${fault.what}.`;
    case "changedOnDisk":
      return `${fault.file} changed while it was open: ${fault.what}.`;
    case "noSpace":
      return `No space left in ${fault.directory}${fault.neededBytes === undefined ? "" : ` (${mebibytes(fault.neededBytes)} needed)`}.`;
    case "overBudget":
      return `${fault.what} needs a memory budget of ${formatBytes(fault.neededBytes)}; this one is ${formatBytes(fault.budgetBytes)}.`;
    case "outOfMemory":
      return `There is not enough memory: ${fault.reason}.`;
    case "notFound":
      return `Not found: ${fault.what}.`;
    case "invalid":
      return fault.column === undefined ? `${fault.what}.` : `${fault.what} (column ${fault.column}).`;
    case "refused":
      return `${fault.what}.`;
    case "locked":
      return `${fault.file} is encrypted: ${fault.what}.`;
    case "severalDumps":
      return severalDumpsIn(fault);
    case "analyzerLost":
      return `The analyzer process ended: ${fault.reason}.`;
    case "internal":
      return `Internal error: ${fault.message.replace(/\.$/, "")}.`;
  }
}

function severalDumpsIn({
  file,
  option,
  choices,
  count: of,
}: Extract<Fault, { code: "severalDumps" }>): string {
  return option === "dump"
    ? `${file} holds ${of} heap dumps, oldest first: say which one by --dump N, from 1 to ${of}.`
    : `${file} holds ${of} dumps: ${choices.join(", ")}; say which one by --member NAME.`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toLocaleString("en-US", { maximumFractionDigits: 1 })} MiB`;
}
