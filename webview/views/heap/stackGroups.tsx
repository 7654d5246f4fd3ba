import { useMemo } from "preact/hooks";
import type { StackGroupRow } from "../../../analyzer/protocol/heap/threads";
import { bytesColumn, countColumn, textColumn } from "../../widgets/columns";
import { DataTable } from "../../widgets/dataTable";
import { localSource } from "../../widgets/rowSource";
import { EmptyState } from "../../widgets/states";
import { Answered } from "../answered";
import { useAnswer } from "../useAnswer";

export interface StackGroupsProps {
  readonly filter: string;
  /** The thread object whose stack is to be shown. */
  readonly onChoose: (objectId: string) => void;
}

/** Threads with the same stack in one row, most first: a thousand that wait for the same are one fact. */
export function StackGroups({ filter, onChoose }: StackGroupsProps) {
  const answer = useAnswer("heap/stackGroups", {});
  return (
    <Answered answer={answer} waiting="Comparing the stacks…">
      {({ groups }) => <Groups groups={groups} filter={filter} onChoose={onChoose} />}
    </Answered>
  );
}

function Groups({
  groups,
  filter,
  onChoose,
}: StackGroupsProps & { readonly groups: readonly StackGroupRow[] }) {
  const source = useMemo(() => localSource({ rows: groups, columns, keyOf, filter }), [groups, filter]);
  return (
    <DataTable
      label="Threads by stack"
      columns={columns}
      source={source}
      stateKey="threads:groups"
      initialSort={{ column: "threads", descending: true }}
      noun={["stack", "stacks"]}
      empty={<EmptyState title={`No stack has “${filter}”.`} />}
      onActive={(group) => choose(group)}
      actions={(group) => [{ id: "stack", title: "Show Stack", run: () => choose(group) }]}
    />
  );

  function choose({ threads: [first] }: StackGroupRow): void {
    if (first !== undefined) onChoose(first.objectId);
  }
}

const columns = [
  countColumn<StackGroupRow>("threads", "Threads", (group) => group.threadCount, { width: "6em" }),
  textColumn<StackGroupRow>("names", "Names", (group) => namesOf(group)),
  textColumn<StackGroupRow>("state", "State", (group) => group.threads[0]?.state ?? "", { width: "11em" }),
  textColumn<StackGroupRow>("stack", "Stack", (group) =>
    group.frames.length === 0 ? "(no frames)" : group.frames.map(({ text }) => text).join(" ← "),
  ),
  bytesColumn<StackGroupRow>("retained", "Retained", (group) => group.retainedBytes),
];

const namesShown = 3;

function namesOf({ threads, threadCount }: StackGroupRow): string {
  const names = threads.slice(0, namesShown).map(({ name }) => name);
  return threadCount > names.length ? `${names.join(", ")}, …` : names.join(", ");
}

function keyOf({ threads }: StackGroupRow): string {
  return threads[0]?.objectId ?? "";
}
