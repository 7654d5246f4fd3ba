import { ExhumeError } from "../base/errors";
import type { DumpState, OpenOptions } from "../protocol/dump/open";
import type { DumpId } from "../protocol/wire";
import type { DumpFormat } from "./dumpFormat";
import { coreHeap, formatOf, formatToOpen, plainText } from "./dumpFormats";
import { DumpSession } from "./dumpSession";
import { audit } from "./dumps/auditLog";
import { machinePolicy } from "./dumps/machinePolicy";
import { expire, forgetAtClose } from "./dumps/retention";
import { KeyRing } from "./encryption/keyRing";
import { versionOf } from "./files/fileIdentity";
import type { IdentifyTask, PlainIdentity } from "./reading/readMessages";
import { ReadThread } from "./reading/readThread";
import type { StartDumpLane } from "./threads/dumpLane";

export interface StoreInputs {
  /** Folder with the worker bundles. */
  readonly workerFolder: string;
  /** Whoever asks one question after the other is answered sooner by one thread a dump. */
  readonly lanes?: 1 | 2;
  /** Starts a lane that is not a thread, see `UnthreadedLane`; without it each is one. */
  readonly startLane?: StartDumpLane | undefined;
  readonly onState?: (dump: DumpId, state: DumpState) => void;
  readonly onProgress?: (path: string, step: string, fraction: number) => void;
  /** Tells what a file is; without it a thread does, so that nothing foreign is read on this one. */
  readonly identify?: (task: IdentifyTask) => Promise<PlainIdentity>;
  /** See `KeyRing`. */
  readonly askPassphrase?: (file: string) => Promise<string | undefined>;
  /** The last use of a dump was given up. */
  readonly onClosed?: (dump: DumpId) => void;
}

interface Entry {
  readonly session: DumpSession;
  /** Names the bytes of the file. */
  readonly file: string;
  /** How they are read. */
  readonly options: string;
  uses: number;
}

type FileIdentity = Omit<PlainIdentity, "formatId"> & { readonly dumpFormat: DumpFormat | undefined };

/** Files whose identity is remembered. */
const mostIdentities = 100;

/** The open dumps, one session per file however many editors show it. */
export class SessionStore {
  private readonly entries = new Map<DumpId, Entry>();
  /** By what names the bytes of a file, the oldest first. */
  private readonly identities = new Map<string, FileIdentity>();
  private nextId = 1;
  /** Of encrypted files, until their last session ends. */
  readonly keys: KeyRing;

  /** Looks into files for the thread that answers. */
  readonly reading: ReadThread;

  constructor(private readonly inputs: StoreInputs) {
    this.keys = new KeyRing(inputs);
    this.reading = new ReadThread(inputs.workerFolder);
  }

  /**
   * What a file is. Whoever opens a dump asks before and after: the content is looked at once, until the file changes.
   * @throws ExhumeError `unreadable`.
   */
  identify(path: string, member?: string, signal?: AbortSignal): Promise<FileIdentity> {
    return this.identityOf(versionOf(path), path, member, signal);
  }

  private async identityOf(
    file: string,
    path: string,
    member: string | undefined,
    signal?: AbortSignal,
  ): Promise<FileIdentity> {
    const key = member === undefined ? file : `${file}\0${member}`;
    const known = this.identities.get(key);
    if (known !== undefined) return known;
    const { formatId, ...plain } = await this.look({ path, member, fileKey: this.keys.known(file) }, signal);
    const identity = { ...plain, dumpFormat: formatId === undefined ? undefined : formatOf(formatId) };
    if (identity.isLocked) return identity;
    this.identities.set(key, identity);
    if (this.identities.size > mostIdentities) {
      this.identities.delete(this.identities.keys().next().value!);
    }
    return identity;
  }

  /**
   * Learns the key of an encrypted dump, where it is encrypted and not known.
   * @throws ExhumeError `locked` where nothing opens it, `unreadable`
   */
  async unlock(path: string, identityFiles: readonly string[] | undefined): Promise<void> {
    if (identityFiles !== undefined) this.keys.useIdentityFiles(identityFiles);
    if ((await this.identify(path)).isLocked) await this.ensureKey(path);
  }

  private look(task: IdentifyTask, signal: AbortSignal | undefined): Promise<PlainIdentity> {
    const { identify } = this.inputs;
    return identify === undefined ? this.reading.ask("identify", task, signal) : identify(task);
  }

  /**
   * Opens a dump, or joins the session already open for the same unchanged file and options; whoever names no
   * options joins any. Returns while the indexing runs.
   * @throws ExhumeError `unreadable`, `empty`, `notADump`; `locked` when it is encrypted and no key is known.
   */
  open(path: string, wanted?: OpenOptions, signal?: AbortSignal): Promise<DumpSession> {
    return this.openOrJoin(path, wanted ?? {}, { joinsAny: wanted === undefined }, signal);
  }

  /** The same for whoever wants objects: of a core its Java heap, whatever options it was opened with. */
  openHeap(path: string, signal?: AbortSignal): Promise<DumpSession> {
    return this.openOrJoin(path, { heapOfCore: true }, { joinsAny: true }, signal);
  }

  private async openOrJoin(
    path: string,
    options: OpenOptions,
    { joinsAny }: { readonly joinsAny: boolean },
    signal: AbortSignal | undefined,
  ): Promise<DumpSession> {
    const { member } = options;
    const file = versionOf(path);
    if (options.identityFiles !== undefined) this.keys.useIdentityFiles(options.identityFiles);
    if ((await this.identityOf(file, path, member, signal)).isLocked) await this.ensureKey(path);
    const identity = await this.identityOf(file, path, member, signal);
    const fileKey = this.keys.known(file);
    if (identity.bytes === 0) throw new ExhumeError({ code: "empty", file: path });
    const { packing, others } = identity;
    const isText = options.anyText === true && identity.isOtherText;
    const told = identity.dumpFormat ?? (isText ? plainText : undefined);
    if (told === undefined) {
      throw new ExhumeError({ code: "notADump", file: path, found: identity.format });
    }
    const dumpFormat = formatToOpen(told, options);
    const key = JSON.stringify(options);
    for (const entry of this.entries.values()) {
      const isSame = joinsAny ? entry.session.format === dumpFormat : entry.options === key;
      if (entry.file !== file || !isSame || !entry.session.isUsable) continue;
      entry.uses++;
      return entry.session;
    }
    audit("open", path);
    expire();
    const id = String(this.nextId++);
    const onState = (state: DumpState) => this.inputs.onState?.(id, state);
    const session = new DumpSession({
      lanes: this.inputs.lanes ?? 2,
      startLane: this.inputs.startLane,
      id,
      path,
      format: dumpFormat,
      wrapping: { ...packing, ...(fileKey === undefined ? {} : { fileKey }) },
      others,
      options: sessionOptions(options, dumpFormat),
      workerFolder: this.inputs.workerFolder,
      onState,
      onProgress: (step, fraction) => this.inputs.onProgress?.(path, step, fraction),
    });
    this.entries.set(id, { session, file, options: key, uses: 1 });
    return session;
  }

  /** @throws ExhumeError `notFound` when the id is not open. */
  get(id: DumpId): DumpSession {
    const entry = this.entries.get(id);
    if (entry === undefined)
      throw new ExhumeError({ code: "notFound", what: `no dump with id ${id} is open` });
    return entry.session;
  }

  /** Index folders that open sessions of a file were given. */
  indexDirectoriesOf(path: string): readonly (string | undefined)[] {
    return [...this.entries.values()]
      .filter(({ session }) => session.path === path)
      .map(({ session }) => session.indexDirectory);
  }

  /** Gives up one use; the last one ends the session. Closing what is not open does nothing. */
  async close(id: DumpId): Promise<void> {
    const entry = this.entries.get(id);
    if (entry === undefined || --entry.uses > 0) return;
    this.entries.delete(id);
    this.inputs.onClosed?.(id);
    if ([...this.entries.values()].every(({ file }) => file !== entry.file)) {
      this.keys.forget(entry.file);
      if (entry.session.isEncrypted) this.forgetIdentities(entry.file);
    }
    await this.end(entry);
  }

  private async ensureKey(path: string): Promise<void> {
    try {
      await this.keys.ensureKey(path);
    } catch (error) {
      audit("locked", path);
      throw error;
    }
  }

  private async end({ session }: Entry): Promise<void> {
    await session.dispose();
    forgetAtClose(session.path);
    try {
      audit("close", session.path);
    } catch {
      // What was opened is closed all the same; the next opening says that the log cannot be written.
    }
  }

  /** Of the file and of what is in it. */
  private forgetIdentities(file: string): void {
    for (const key of this.identities.keys()) if (key.startsWith(file)) this.identities.delete(key);
  }

  async dispose(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    await Promise.all([this.reading.end(), ...entries.map((entry) => this.end(entry))]);
  }
}

/** Names saved indexes too: what changes nothing is left out. */
function sessionOptions({ heapOfCore, ...options }: OpenOptions, format: DumpFormat): OpenOptions {
  return {
    ...options,
    ...(heapOfCore === true && format === coreHeap ? { heapOfCore } : {}),
    ...(mayBeSaved() ? {} : { useSavedIndex: false }),
  };
}

/** What goes at the close need not be written. */
function mayBeSaved(): boolean {
  return machinePolicy().atClose === "keep";
}
