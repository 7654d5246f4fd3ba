import { useEffect, useState } from "preact/hooks";
import { fileNameOf } from "../../../analyzer/base/pathNames";
import { formatQuantity } from "../../format";
import { callHost } from "../../host";
import { Button, TextField } from "../../widgets/toolkit";

export interface ComparedDumpsProps {
  /** Path of the dump of this editor. */
  readonly own: string;
  /** Paths of those it is compared with. */
  readonly others: readonly string[];
  readonly onOthers: (paths: readonly string[]) => void;
}

/** Which dumps are compared with this one: its series at one press, others by name. */
export function ComparedDumps({ own, others, onOthers }: ComparedDumpsProps) {
  const [typed, setTyped] = useState("");
  const series = useEarlierDumps();
  const missing = series.filter((path) => !others.includes(path));
  const add = (paths: readonly string[]) =>
    onOthers([...new Set([...others, ...paths])].filter((path) => path !== own));
  const browse = async () => {
    add(await callHost("pickHeapDumps", null));
  };
  return (
    <div class="toolbar" role="toolbar" aria-label="Compare">
      {others.map((path) => (
        <span key={path} class="chosen" title={path}>
          {fileNameOf(path)}
          <button
            type="button"
            class="icon"
            aria-label={`Leave out ${fileNameOf(path)}`}
            title={`Leave out ${fileNameOf(path)}`}
            onClick={() => onOthers(others.filter((each) => each !== path))}
          >
            ×
          </button>
        </span>
      ))}
      {missing.length > 0 && (
        <Button
          appearance={others.length === 0 ? "primary" : "secondary"}
          title={missing.map(fileNameOf).join("\n")}
          onClick={() => add(missing)}
        >
          {`Add ${formatQuantity(missing.length, "Earlier Dump")} of Its Series`}
        </Button>
      )}
      <Button onClick={() => void browse()}>Add Dumps…</Button>
      <TextField
        label="Path of another heap dump of the same program"
        value={typed}
        onInput={setTyped}
        onSubmit={() => {
          if (typed.trim() !== "") add([typed.trim()]);
          setTyped("");
        }}
        size={40}
      />
    </div>
  );
}

/** Dumps of the same series that were written before this one; none where that cannot be told. */
function useEarlierDumps(): readonly string[] {
  const [paths, setPaths] = useState<readonly string[]>([]);
  useEffect(() => {
    const controller = new AbortController();
    callHost("earlierDumps", null, controller.signal).then(
      (found) => setPaths(found.paths),
      () => undefined,
    );
    return () => controller.abort();
  }, []);
  return paths;
}
