import { useContext, useEffect, useState } from "preact/hooks";
import type { InspectResult } from "../../../analyzer/protocol/heap/inspector";
import { ask } from "../../ask";
import { NotesContext, noteOnObject } from "../../notes";
import { Section } from "../../widgets/section";
import { Button } from "../../widgets/toolkit";

/** What somebody wrote about an object: shown, changed and deleted here. Kept beside the index, never in the dump. */
export function ObjectNote({ result }: { readonly result: InspectResult }) {
  const subject = noteOnObject(result);
  const kept = useContext(NotesContext).get(subject.id)?.text ?? "";
  const [text, setText] = useState(kept);
  const [failure, setFailure] = useState("");
  useEffect(() => setText(kept), [kept]);
  const write = async (next: string) => {
    try {
      await ask("notes/write", { note: { ...subject, text: next, changedMs: Date.now() } });
      setText(next.trim() === "" ? "" : next);
      setFailure("");
    } catch (thrown) {
      setFailure(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  return (
    <Section
      title="Note"
      actions={
        <>
          <Button disabled={text === kept} onClick={() => void write(text)}>
            Save Note
          </Button>
          {kept !== "" && <Button onClick={() => void write("")}>Delete Note</Button>}
        </>
      }
    >
      <textarea
        class="note-text"
        aria-label="Note on this object"
        placeholder="Kept beside the index, never in the dump; part of an exported investigation."
        rows={Math.min(12, Math.max(2, text.split("\n").length))}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void write(text);
        }}
      />
      {failure !== "" && <p role="alert">{failure}</p>}
    </Section>
  );
}
