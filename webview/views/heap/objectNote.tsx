import { useEffect, useState } from "preact/hooks";
import type { ObjectRow } from "../../../analyzer/protocol/heap/objects";
import { ask } from "../../ask";
import { Section } from "../../widgets/section";
import { Button } from "../../widgets/toolkit";

/** What somebody wrote about an object: shown, changed and deleted here. Kept beside the index, never in the dump. */
export function ObjectNote({ object }: { readonly object: ObjectRow }) {
  const { objectId } = object;
  const [kept, setKept] = useState<string | undefined>(undefined);
  const [text, setText] = useState("");
  const [failure, setFailure] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    ask("notes/list", {}, controller.signal).then(
      ({ notes }) => {
        const found = notes.find(({ id }) => id === objectId)?.text ?? "";
        setKept(found);
        setText(found);
      },
      // Without its notes an object is still worth inspecting; writing says what is wrong.
      () => setKept(""),
    );
    return () => controller.abort();
  }, [objectId]);
  const write = async (next: string) => {
    const note = {
      id: objectId,
      title: `${object.className} ${objectId}`,
      text: next,
      place: { view: "inspector", params: { objectId } } as const,
      changedMs: Date.now(),
    };
    try {
      await ask("notes/write", { note });
      setKept(next.trim() === "" ? "" : next);
      setText(next);
      setFailure("");
    } catch (thrown) {
      setFailure(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  if (kept === undefined) return null;
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
