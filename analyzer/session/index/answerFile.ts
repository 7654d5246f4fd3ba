import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ByteSource, readUpTo } from "../../base/byteSource";
import type { ContentSums } from "../../heap/graph/columns/contentSums";
import { derivedKey, openText, sealText } from "../encryption/sealing";
import { readSmallFile } from "../files/fileSource";
import { replaceText } from "../files/newFile";

/** Where answers about a dump are kept, and what opens them. Plain data. */
export interface AnswerFile {
  readonly path: string;
  /** The saved index it belongs to: where that is gone, nothing is kept. */
  readonly indexPath: string;
  /** Of who can read the dump; see {@link answerKeyOf}. */
  readonly key: Uint8Array;
  /** Names the contents the answers are about, all of them. */
  readonly contents: string;
}

const header = "exhume-answers 1\n";
/** Of the file; more than this is worked out again. */
const mostBytes = 16 << 20;

interface Kept {
  /** Of the code that gave the answers. */
  readonly version: string;
  readonly contents: string;
  readonly answers: Readonly<Record<string, unknown>>;
}

/**
 * Answers that depend on the dump and the code alone, in a file beside its index. They quote contents (a text that is
 * there a thousand times, keys of a map), so they are sealed.
 */
export class KeptAnswers {
  private answers: Map<string, unknown> | undefined;

  constructor(
    private readonly file: AnswerFile,
    private readonly version: string,
  ) {}

  get(question: string): unknown {
    this.answers ??= this.load();
    return this.answers.get(question);
  }

  /** Failing to write does no harm: the next opening works it out again. */
  keep(question: string, answer: unknown): void {
    // Another window may have kept something meanwhile.
    this.answers = this.load().set(question, answer);
    const { version, file } = this;
    // It was deleted since: whoever did wants nothing of the dump left here.
    if (!existsSync(file.indexPath)) return;
    const kept: Kept = { version, contents: file.contents, answers: Object.fromEntries(this.answers) };
    try {
      const text = header + sealText(file.key, JSON.stringify(kept));
      if (text.length <= mostBytes) replaceText(file.path, text);
    } catch {
      // A read-only cache, as one made on a server.
    }
  }

  private load(): Map<string, unknown> {
    const kept = this.read();
    const fits = kept?.version === this.version && kept.contents === this.file.contents;
    return new Map(fits ? Object.entries(kept.answers) : []);
  }

  private read(): Kept | undefined {
    const { path, key } = this.file;
    if (!existsSync(path)) return undefined;
    try {
      const text = new TextDecoder().decode(readSmallFile(path, mostBytes));
      if (!text.startsWith(header)) return undefined;
      const opened = openText(key, text.slice(header.length));
      return opened === undefined ? undefined : (JSON.parse(opened) as Kept);
    } catch {
      return undefined;
    }
  }
}

const sampledPlaces = 256;
const sampledBytes = 4096;

/**
 * The key of a dump's kept answers: that of an encrypted dump; of any other one a key made of a megabyte of its contents.
 * Who can read the dump has it, who has only the file of answers does not.
 */
export function answerKeyOf(source: ByteSource, indexKey: Uint8Array | undefined): Uint8Array {
  if (indexKey !== undefined) return derivedKey(indexKey, "exhume answers");
  const hash = createHash("sha256").update(String(source.byteLength));
  const last = Math.max(0, source.byteLength - sampledBytes);
  for (let k = 0; k < sampledPlaces; k++)
    hash.update(readUpTo(source, Math.floor((last * k) / (sampledPlaces - 1)), sampledBytes));
  return derivedKey(hash.digest(), "exhume answers");
}

export function contentsNameOf(sums: ContentSums): string {
  return createHash("sha256")
    .update(new Uint8Array(sums.buffer, sums.byteOffset, sums.byteLength).slice())
    .digest("hex");
}

/** Names the code that answers: the worker's program, which names all it stands on by their contents. */
export function codeVersionOf(workerFolder: string): string {
  return createHash("sha256")
    .update(readFileSync(join(workerFolder, "dumpWorker.js")))
    .digest("hex");
}
