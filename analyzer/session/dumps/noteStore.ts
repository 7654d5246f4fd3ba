import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ExhumeError } from "../../base/errors";
import { longestNote, type Note, noteShape } from "../../protocol/dump/investigation";
import { checkShape } from "../../protocol/shapes";
import { openText, sealText } from "../encryption/sealing";
import { userCacheFolder } from "../files/cacheFolder";
import { readSmallFile, reasonOf } from "../files/fileSource";
import { makeFolder } from "../files/makeFolder";
import { replaceText } from "../files/newFile";
import { dumpKeyOf, noteTrace } from "./dumpTraces";

const mostNotes = 10_000;
const largestNotes = 256 << 20;

/** Version of the file's form; a newer one is left alone. */
const formatVersion = 1;

/**
 * Notes on one dump, in a small file of their own: the dump is never written to. Whoever changes the index folder
 * keeps the notes: those in the user's cache folder are read too, and go over with the first that is written.
 */
export class NoteStore {
  /** Where notes are written, then where they may have been written before. */
  private readonly files: readonly [string, ...string[]];

  /**
   * @param folder where indexes are kept; undefined for the user's cache folder
   * @param key of the notes of an encrypted dump: they are written encrypted, and read where they can be
   */
  constructor(
    private readonly dumpPath: string,
    folder: string | undefined,
    private readonly key?: Uint8Array,
  ) {
    const name = dumpKeyOf(dumpPath);
    const fileIn = (parent: string) => join(parent, "notes", `${name}.json`);
    const usual = fileIn(userCacheFolder());
    this.files = folder === undefined ? [usual] : [fileIn(folder), usual];
  }

  /** Oldest first; a damaged file has no notes and is kept until something is written. */
  list(): readonly Note[] {
    const notes = new Map<string, Note>();
    for (const file of [...this.files].reverse())
      for (const note of notesIn(file, this.key)) notes.set(note.id, note);
    return [...notes.values()];
  }

  /** Adds or replaces by id; an empty text deletes. @throws ExhumeError `invalid`, `unreadable`. */
  write(note: Note): readonly Note[] {
    if (note.text.length > longestNote) {
      throw new ExhumeError({ code: "invalid", what: `A note has at most ${longestNote} characters` });
    }
    this.assertReadable();
    const others = this.list().filter(({ id }) => id !== note.id);
    const notes = note.text.trim() === "" ? others : [...others, note].slice(-mostNotes);
    try {
      if (notes.length > 0) {
        save(this.files[0], notes, this.key);
        noteTrace(this.dumpPath, "notes", this.files[0]);
      }
      for (const file of notes.length > 0 ? this.files.slice(1) : this.files) rmSync(file, { force: true });
    } catch (error) {
      throw new ExhumeError({ code: "unreadable", file: this.files[0], reason: reasonOf(error) });
    }
    return notes;
  }

  /** Notes that another key wrote are not replaced: the file may be there again that has it. */
  private assertReadable(): void {
    const { key } = this;
    if (key === undefined) return;
    const closed = this.files.find(
      (file) => existsSync(file) && openText(key, textOfNotes(file)) === undefined,
    );
    if (closed === undefined) return;
    const what = `${closed} has notes that were written when the dump was encrypted otherwise, or not at all`;
    throw new ExhumeError({ code: "refused", what });
  }

  /** Deletes all notes, with the dump they are about. */
  forget(): void {
    for (const file of this.files) rmSync(file, { force: true });
  }
}

function notesIn(file: string, key: Uint8Array | undefined): readonly Note[] {
  try {
    const text = textOfNotes(file);
    if (key === undefined) return notesOf(text);
    const opened = openText(key, text);
    return opened === undefined ? [] : notesOf(opened);
  } catch (error) {
    if (error instanceof ExhumeError) return [];
    throw error;
  }
}

/** The folder may be one that others write to: a pipe or gigabytes in the place of notes are no notes. */
function textOfNotes(file: string): string {
  return new TextDecoder().decode(readSmallFile(file, largestNotes));
}

/** The notes in the text of a file that anybody may have written; none when it is not such a file. */
export function notesOf(text: string): readonly Note[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
  const { version, notes } = (parsed ?? {}) as { readonly version?: unknown; readonly notes?: unknown };
  if (version !== formatVersion || !Array.isArray(notes)) return [];
  return notes.slice(0, mostNotes).flatMap(noteOf);
}

/** What somebody wrote is kept even where the place it was about cannot be shown any more. */
function noteOf(value: unknown): readonly Note[] {
  const whole = checkShape(noteShape, value);
  if (whole.ok) return [whole.value];
  const { place: _, ...others } = (value ?? {}) as { readonly place?: unknown };
  const without = checkShape(noteShape, others);
  return without.ok ? [without.value] : [];
}

function save(file: string, notes: readonly Note[], key: Uint8Array | undefined): void {
  makeFolder(join(file, ".."), 0o700);
  const text = JSON.stringify({ version: formatVersion, notes });
  replaceText(file, key === undefined ? text : sealText(key, text));
}
