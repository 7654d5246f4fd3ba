import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Note } from "../analyzer/protocol/dump/investigation";
import type { InspectResult } from "../analyzer/protocol/heap/inspector";
import type { ObjectId } from "../analyzer/protocol/heap/objects";
import type { Navigation } from "../analyzer/protocol/view/navigation";
import { ask } from "./ask";
import { splitClassName } from "./format";
import { callHost, onHostEvent } from "./host";

/** What a note is about: names it for good, and what people read. */
export interface NoteSubject {
  readonly id: string;
  readonly title: string;
  readonly place: Navigation;
}

/** By class and by the field that holds it: an address alone tells nobody what was meant. */
export function noteOnObject({ object, heldBy }: Pick<InspectResult, "object" | "heldBy">): NoteSubject {
  const { objectId, className, isClass, label } = object;
  const [, simple] = splitClassName(className);
  const title =
    isClass === true
      ? `class ${simple}`
      : heldBy === undefined || heldBy.field.startsWith("[")
        ? `${simple} ${label ?? `@ ${objectId}`}`
        : `${splitClassName(heldBy.className)[1]}.${heldBy.field}: ${simple}`;
  return { id: objectId, title, place: { view: "inspector", params: { objectId } } };
}

export function noteOnClass(className: string): NoteSubject {
  const [, simple] = splitClassName(className);
  return {
    id: `class ${className}`,
    title: `class ${simple}`,
    place: { view: "inspector", params: { className } },
  };
}

/** Lets the reader write a note; the marks follow by themselves. */
export async function writeNoteOnObject(objectId: ObjectId): Promise<void> {
  await callHost("writeNote", noteOnObject(await ask("heap/inspect", { objectId })));
}

export function writeNoteOnClass(className: string): void {
  void callHost("writeNote", noteOnClass(className));
}

type Notes = ReadonlyMap<string, Note>;

export const NotesContext = createContext<Notes>(new Map());

/** All notes on the dump by what they are about, as they are now. @param isReady whether the dump can be asked */
export function useAllNotes(isReady: boolean): Notes {
  const [notes, setNotes] = useState<Notes>(new Map());
  useEffect(() => {
    if (!isReady) return;
    const controller = new AbortController();
    const read = () =>
      ask("notes/list", {}, controller.signal).then(
        (answer) => setNotes(new Map(answer.notes.map((note) => [note.id, note]))),
        // Rows are worth reading without their marks; who lists the notes is told what is wrong.
        () => undefined,
      );
    void read();
    const stop = onHostEvent((event) => {
      if (event.type === "notesChanged") void read();
    });
    return () => {
      controller.abort();
      stop();
    };
  }, [isReady]);
  return notes;
}

/** Says beside what a row is about that there is a note on it, and what it says. */
export function NoteMark({ id }: { readonly id: string }) {
  const note = useContext(NotesContext).get(id);
  if (note === undefined) return null;
  return (
    <span class="badge note-mark" title={note.text}>
      note
    </span>
  );
}
