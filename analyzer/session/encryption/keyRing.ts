import { ExhumeError } from "../../base/errors";
import { versionOf } from "../files/fileIdentity";
import { FileSource } from "../files/fileSource";
import { ageFormOfSource } from "./ageForm";
import type { EncryptionTask } from "./encryptionTasks";
import type { AgeKeys } from "./fileKey";

export interface KeyRingInputs {
  readonly workerFolder: string;
  /** Asks whoever sits at the terminal for the passphrase of a file; undefined when there is nobody, or no answer. */
  readonly askPassphrase?: (file: string) => Promise<string | undefined>;
}

/** How often somebody may mistype. */
const mostAsked = 3;

/**
 * The keys of encrypted files that were opened, for as long as the process lives or until they are forgotten: never on
 * disk, and never the passphrases they come from.
 */
export class KeyRing {
  /** By version of the file. */
  private readonly fileKeys = new Map<string, Uint8Array>();
  private identityFiles: readonly string[] = [];

  constructor(private readonly inputs: KeyRingInputs) {}

  /** Files with identities to try. */
  useIdentityFiles(files: readonly string[]): void {
    this.identityFiles = files;
  }

  /** @param version of the file, see {@link versionOf} */
  known(version: string): Uint8Array | undefined {
    return this.fileKeys.get(version);
  }

  remember(path: string, fileKey: Uint8Array): void {
    this.fileKeys.set(versionOf(path), fileKey);
  }

  forget(version: string): void {
    this.fileKeys.get(version)?.fill(0);
    this.fileKeys.delete(version);
  }

  /** @throws ExhumeError `locked` when the passphrase is wrong or the file has none */
  async unlock(path: string, passphrase: string): Promise<void> {
    const { recipients } = await this.look(path);
    if (!recipients.includes("scrypt")) throw locked(path, "it has no passphrase", "nothing");
    const fileKey = await this.tryKeys(path, { passphrase });
    if (fileKey === undefined) throw locked(path, "this is not its passphrase", "passphrase");
    this.remember(path, fileKey);
  }

  /**
   * Finds the key of an encrypted file by what is known or can be asked for, and remembers it.
   * @throws ExhumeError `locked` saying what is missing; `damaged`, `refused`, `unreadable`, `invalid`
   */
  async ensureKey(path: string): Promise<void> {
    if (this.fileKeys.has(versionOf(path))) return;
    const { recipients } = await this.look(path);
    if (recipients.includes("scrypt")) return this.askFor(path);
    const fileKey = await this.tryKeys(path, { identities: await this.identities(path, recipients) });
    if (fileKey !== undefined) return this.remember(path, fileKey);
    const others = recipients.filter((kind) => !ownKinds.has(kind)).length;
    const toOthers = others === 0 ? "" : `; ${others} of its recipients are of kinds Exhume does not read`;
    throw locked(path, `none of the identities named opens it${toOthers}`, "identity");
  }

  private async identities(path: string, recipients: readonly string[]): Promise<string[]> {
    if (!recipients.some((kind) => ownKinds.has(kind))) {
      const kinds = [...new Set(recipients)].slice(0, 5).join(", ");
      const what = `its recipients (${kinds}) are of kinds Exhume does not read; decrypt it with age first`;
      throw locked(path, what, "nothing");
    }
    if (this.identityFiles.length === 0) throw locked(path, "an identity file has to be named", "identity");
    const identities: string[] = [];
    for (const file of this.identityFiles) {
      // biome-ignore lint/plugin: at most a thousand
      identities.push(...(await this.identitiesOf(file)));
    }
    return identities;
  }

  /** Identity files may be encrypted with a passphrase themselves. */
  private async identitiesOf(path: string): Promise<string[]> {
    const { decryptedSource, headerOf } = await import("./encryptedFile");
    const { identitiesIn } = await import("./keyFiles");
    const file = FileSource.open(path);
    try {
      if (ageFormOfSource(file) === undefined) return identitiesIn(file);
      // What opens with keys could need itself.
      if (!headerOf(file).recipients.includes("scrypt")) {
        throw locked(path, "of identity files only those with a passphrase are opened", "nothing");
      }
      await this.ensureKey(path);
      return identitiesIn(decryptedSource(file, this.known(versionOf(path))!));
    } finally {
      file.close();
    }
  }

  private async askFor(path: string): Promise<void> {
    for (let asked = 0; asked < mostAsked; asked++) {
      const passphrase = await this.inputs.askPassphrase?.(path);
      if (passphrase === undefined) break;
      const fileKey = await this.tryKeys(path, { passphrase });
      if (fileKey !== undefined) return this.remember(path, fileKey);
      if (asked === mostAsked - 1) throw locked(path, "this is not its passphrase", "passphrase");
    }
    throw locked(
      path,
      "its passphrase is needed, and asked for on a terminal or in the editor",
      "passphrase",
    );
  }

  private async look(path: string) {
    const { headerOf } = await import("./encryptedFile");
    const file = FileSource.open(path);
    try {
      return headerOf(file);
    } finally {
      file.close();
    }
  }

  private async tryKeys(path: string, keys: AgeKeys): Promise<Uint8Array | undefined> {
    const { runTask } = await import("../threads/taskThread");
    return runTask<EncryptionTask, Uint8Array | undefined>({
      script: "encryptionWorker.js",
      task: { type: "unlock", path, keys },
      workerFolder: this.inputs.workerFolder,
      onProgress: () => undefined,
      signal: new AbortController().signal,
    });
  }
}

/** Recipients the library can open. */
const ownKinds: ReadonlySet<string> = new Set(["X25519", "mlkem768x25519"]);

function locked(file: string, what: string, wants: "passphrase" | "identity" | "nothing"): ExhumeError {
  return new ExhumeError({ code: "locked", file, what, wants });
}
