import { useEffect, useState } from "preact/hooks";
import { ask } from "../../ask";
import { callHost } from "../../host";

export interface WhoWroteProps {
  readonly className: string;
  readonly name: string;
}

/** Who introduced a field, and when, as git knows it; nothing when the workspace or git does not. */
export function WhoWrote({ className, name }: WhoWroteProps) {
  const [sentence, setSentence] = useState("");
  useEffect(() => {
    const controller = new AbortController();
    whoWrote(className, name, controller.signal).then(
      (found) => {
        if (!controller.signal.aborted) setSentence(found);
      },
      // A line nobody can be named for is not a failure of the page.
      () => undefined,
    );
    return () => controller.abort();
  }, [className, name]);
  if (sentence === "") return null;
  return <p class="aside">{`${name} was ${sentence}`}</p>;
}

async function whoWrote(className: string, field: string, signal: AbortSignal): Promise<string> {
  const { locations } = await ask("source/field", { className, field }, signal);
  const place = locations[0];
  if (place === undefined || place.path.includes("!/")) return "";
  return callHost("whoWrote", { file: place.path, line: place.line });
}
