import { useEffect, useMemo, useState } from "preact/hooks";
import { fileNameOf } from "../../../analyzer/base/pathNames";
import type { DumpBuild } from "../../../analyzer/protocol/heap/builds";
import type { FieldName } from "../../../analyzer/protocol/heap/objects";
import { ask } from "../../ask";
import { callHost } from "../../host";
import { useSaved } from "../../state";
import { Button } from "../../widgets/toolkit";
import { CommitsOfField } from "./commitsOfField";

/** What is known of earlier dumps of the same program. */
export interface Builds {
  /** Paths of the dumps this one was compared with. */
  readonly others: readonly string[];
  /** The dumps and their builds, oldest first, once an earlier dump was chosen and read. */
  readonly dumps: readonly DumpBuild[];
  /** Path of an earlier dump of the same series, when none was chosen yet. */
  readonly earlier: string | undefined;
  /** Reads the earlier dump, which may have to be indexed: never unasked. */
  readonly chooseEarlier: () => void;
}

const nothing: readonly DumpBuild[] = [];

/** The builds of this dump and those it was compared with; else the one before it in its series is offered. */
export function useBuilds(): Builds {
  const [others, setOthers] = useSaved<string>("compare:others", "");
  const [dumps, setDumps] = useState(nothing);
  const [earlier, setEarlier] = useState<string | undefined>(undefined);
  const paths = useMemo(
    () => others.split("\n").flatMap((path) => (path.trim() === "" ? [] : [path.trim()])),
    [others],
  );
  useEffect(() => {
    const controller = new AbortController();
    const reading =
      paths.length > 0
        ? ask("heap/builds", { others: paths }, controller.signal).then((answer) => setDumps(answer.dumps))
        : callHost("earlierDumps", null, controller.signal).then(({ paths: [newest] }) => setEarlier(newest));
    // A dump that is gone, or no series: suspects stand without it.
    reading.catch(() => undefined);
    return () => controller.abort();
  }, [paths]);
  return { others: paths, dumps, earlier, chooseEarlier: () => setOthers(earlier ?? "") };
}

export interface SinceEarlierDumpProps {
  readonly field: FieldName;
  readonly builds: Builds;
}

/** The commits between the builds of an earlier dump and this one that may have introduced a suspect. */
export function SinceEarlierDump({ field, builds }: SinceEarlierDumpProps) {
  const { dumps, earlier, chooseEarlier } = builds;
  if (dumps.length > 1) {
    return <CommitsOfField className={field.className} name={field.name} dumps={dumps} />;
  }
  if (earlier === undefined) return null;
  return (
    <p>
      <Button onClick={chooseEarlier}>{`Commits Since ${fileNameOf(earlier)}`}</Button>
    </p>
  );
}
