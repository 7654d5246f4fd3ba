import { useEffect, useState } from "preact/hooks";
import { fileNameOf } from "../../../analyzer/base/pathNames";
import type { DumpBuild } from "../../../analyzer/protocol/heap/builds";
import type { CommitRow, CommitsBetween } from "../../../analyzer/protocol/view/hostMessages";
import { ask } from "../../ask";
import { formatQuantity } from "../../format";
import { callHost } from "../../host";

export interface CommitsOfFieldProps {
  readonly className: string;
  readonly name: string;
  /** Dumps of one program, oldest first. */
  readonly dumps: readonly DumpBuild[];
}

interface Found extends CommitsBetween {
  readonly fileName: string;
}

/**
 * The commits between the builds of the first and the last dump that changed the file of a field; nothing where the
 * workspace or git do not know the file.
 */
export function CommitsOfField({ className, name, dumps }: CommitsOfFieldProps) {
  const [found, setFound] = useState<Found | undefined>(undefined);
  const key = JSON.stringify(dumps);
  useEffect(() => {
    const controller = new AbortController();
    setFound(undefined);
    findCommits(className, name, dumps, controller.signal).then(
      (answer) => {
        if (!controller.signal.aborted) setFound(answer);
      },
      // Git is beside the point of the page: without it there is one paragraph less.
      () => undefined,
    );
    return () => controller.abort();
  }, [className, name, key]);
  return found === undefined ? null : <Commits found={found} name={name} />;
}

function Commits({ found, name }: { readonly found: Found; readonly name: string }) {
  const { commits, total, from, to, fileName, isSameBuild } = found;
  const naming = commits.filter(({ namesMember }) => namesMember).length;
  return (
    <details class="commits" open={naming > 0}>
      <summary>
        {isSameBuild
          ? "Both dumps are of one build: no commit is between them"
          : total === 0
            ? `No commit between the builds changed ${fileName}`
            : `${formatQuantity(total, "commit")} between the builds changed ${fileName}, ${naming === 0 ? "none" : naming} of them a line with ${name}`}
      </summary>
      <ul>
        {commits.map((commit) => (
          <Commit key={commit.hash} commit={commit} name={name} />
        ))}
        {total > commits.length && <li class="aside">{total - commits.length} older ones</li>}
      </ul>
      {[from, to].map(({ text, confidence }) => (
        <p key={text} class="note">
          {text} <span class="badge">{confidence}</span>
        </p>
      ))}
    </details>
  );
}

function Commit({ commit, name }: { readonly commit: CommitRow; readonly name: string }) {
  const { hash, subject, author, age, namesMember } = commit;
  return (
    <li>
      <button
        type="button"
        class="link code"
        title={`Copy ${hash}`}
        aria-label={`Copy commit ${hash.slice(0, 7)}`}
        onClick={() => void callHost("copyText", { text: hash })}
      >
        {hash.slice(0, 7)}
      </button>{" "}
      {subject}
      <span class="aside">
        {author}, {age}
      </span>
      {namesMember && <span class="badge">changes a line with {name}</span>}
    </li>
  );
}

async function findCommits(
  className: string,
  name: string,
  dumps: readonly DumpBuild[],
  signal: AbortSignal,
): Promise<Found | undefined> {
  const from = dumps[0];
  const to = dumps.at(-1);
  if (from === undefined || to === undefined || dumps.length < 2) return undefined;
  const { locations } = await ask("source/field", { className, field: name }, signal);
  const file = locations[0]?.path;
  if (file === undefined || file.includes("!/")) return undefined;
  const answer = await callHost("commitsBetween", { file, member: name, from, to }, signal);
  return answer === null ? undefined : { ...answer, fileName: fileNameOf(file) };
}
