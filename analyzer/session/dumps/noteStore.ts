import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ExhumeError } from "../../base/errors";
import type { Note } from "../../protocol/dumpsRequests";
import { reasonOf } from "../fileSource";

/** Longer than anybody writes about one object; a note is not a place for contents. */
const longestText = 100_000;
const mostNotes = 10_000;

/** Version of the file's form; a newer one is left alone. */
const formatVersion = 1;

/** Notes on one dump, in a small file of their own: the dump is never written to. */
export class NoteStore {
  private readonly file: string;

  /** @param folder where indexes are kept; undefined for the user's cache folder */
  constructor(dumpPath: string, folder: string | undefined) {
    const name = createHash("sha256").update(realOf(dumpPath)).digest("hex").slice(0, 32);
    this.file = join(folder ?? cacheFolder(), "notes", `${name}.json`);
  }

  /** Oldest first; a damaged file has no notes and is kept until something is written. */
  list(): readonly Note[] {
    try {
      const parsed: unknown = JSON.parse(readFileSync(this.file, "utf8"));
      const { version, notes } = parsed as { version?: unknown; notes?: unknown };
      return version === formatVersion && Array.isArray(notes) ? notes.filter(isNote) : [];
    } catch (error) {
      if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code !== undefined) return [];
      throw error;
    }
  }

  /** Adds or replaces by id; an empty text deletes. @throws ExhumeError `invalid`, `unreadable`. */
  write(note: Note): readonly Note[] {
    if (note.text.length > longestText) {
      throw new ExhumeError({ code: "invalid", what: `A note has at most ${longestText} characters` });
    }
    const others = this.list().filter(({ id }) => id !== note.id);
    const notes = note.text.trim() === "" ? others : [...others, note].slice(-mostNotes);
    try {
      if (notes.length === 0) rmSync(this.file, { force: true });
      else this.save(notes);
    } catch (error) {
      throw new ExhumeError({ code: "unreadable", file: this.file, reason: reasonOf(error) });
    }
    return notes;
  }

  /** Deletes all notes, with the dump they are about. */
  forget(): void {
    rmSync(this.file, { force: true });
  }

  /** Beside and renamed, so that a crash leaves the old notes. */
  private save(notes: readonly Note[]): void {
    mkdirSync(join(this.file, ".."), { recursive: true, mode: 0o700 });
    const beside = `${this.file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify({ version: formatVersion, notes }), { mode: 0o600 });
    renameSync(beside, this.file);
  }
}

function isNote(value: unknown): value is Note {
  const note = value as Partial<Note> | null;
  return typeof note?.id === "string" && typeof note.text === "string" && typeof note.title === "string";
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // The dump is gone; its notes are still found under the name it had.
    return path;
  }
}

function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === "win32")
    return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "exhume");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "exhume");
  return join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "exhume");
}
