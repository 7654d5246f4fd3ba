import type { ObjectId } from "../../../analyzer/protocol/heap/objects";
import { useAnswer } from "../useAnswer";

const shownBytes = 1000;

/** The beginning of an array of bytes or characters: as text where it is text, else in hexadecimal. */
export function ArrayText({ objectId, type }: { readonly objectId: ObjectId; readonly type: string }) {
  return type === "byte" || type === "char" ? <Beginning objectId={objectId} /> : null;
}

function Beginning({ objectId }: { readonly objectId: ObjectId }) {
  const answer = useAnswer("heap/arrayPart", { objectId, start: 0, count: shownBytes });
  if (answer.state !== "answered") return null;
  const { text, hex, length } = answer.result;
  const shown = text ?? hex;
  if (shown === undefined) return null;
  return (
    <pre class="code">
      {shown}
      {length > shownBytes ? " …" : ""}
    </pre>
  );
}
