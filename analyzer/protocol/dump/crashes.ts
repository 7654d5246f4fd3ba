import { request } from "../request";
import type { Bytes } from "../wire";

/** A core that the analyzer's machine kept of a crash, as far as its name and its keeper tell; the core itself is not read. */
export interface StoredCore {
  /** Where it lies, or lay. */
  readonly path: string;
  readonly keeper: "systemd" | "apport" | "kernel";
  /** `gone` where only its keeper remembers it; `forbidden` where this user may not read it. */
  readonly state: "readable" | "forbidden" | "gone";
  /** The first 15 letters of the process's name, or the file's name of its program. */
  readonly command: string;
  readonly program?: string;
  readonly pid?: number;
  readonly userId?: number;
  /** `SIGSEGV` */
  readonly signal?: string;
  /** When it crashed, in milliseconds since 1970; when the file was written where nothing else tells. */
  readonly crashedMs: number;
  /** Of the file, as it is packed. */
  readonly bytes?: Bytes;
}

export interface StoredCores {
  /** Newest first. */
  readonly cores: readonly StoredCore[];
  /** In a sentence, where this machine keeps cores from now on. */
  readonly keeping: string;
}

export const crashRequests = {
  /** Cores that systemd, apport and the kernel kept on this machine; looked for whenever it is asked. */
  "crashes/list": request({}).gives<StoredCores>(),
};
