import type { BlockKindRow, LeakResult } from "../../../analyzer/protocol/core/malloc";
import { formatBytes, formatShare } from "../../format";
import { useNavigate } from "../../navigation";
import { bytesColumn, countColumn, textColumn } from "../../widgets/columns";
import { Section } from "../../widgets/section";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { copyAction } from "../rowActions";
import type { ViewAnswer } from "../useAnswer";

export interface BlockKindsProps {
  readonly answer: ViewAnswer<LeakResult>;
  /** A collector frees the blocks: they are objects with types. */
  readonly isCollected: boolean;
}

/** What the blocks in use are: classes, types of Go's objects, patterns. */
export function BlockKinds({ answer, isCollected }: BlockKindsProps) {
  const note = isCollected
    ? "Types by what the allocator noted, and along pointers from the variables of packages and goroutines."
    : "Classes by their virtual tables; other blocks by their contents and by what points at them, as far as that tells.";
  return (
    <Section title="Used blocks by what they are" note={note}>
      <Answered answer={answer} waiting="Recognising blocks…">
        {({ kinds, rest, namedBytes, blockBytes }) => (
          <>
            <p>
              {`Recognised: ${formatBytes(namedBytes)} of the ${formatBytes(blockBytes)} in use (${formatShare(namedBytes / Math.max(1, blockBytes), 1)}).`}
            </p>
            <KindTable label="Used blocks by what they are" stateKey="malloc:kinds" rows={kinds} />
            {rest.length > 0 && (
              <>
                <p class="note">Objects of no known type:</p>
                <KindTable label="Objects of no known type" stateKey="malloc:rest" rows={rest} />
              </>
            )}
          </>
        )}
      </Answered>
    </Section>
  );
}

interface KindTableProps {
  readonly label: string;
  readonly stateKey: string;
  readonly rows: readonly BlockKindRow[];
}

function KindTable({ label, stateKey, rows }: KindTableProps) {
  const navigate = useNavigate();
  return (
    <LocalTable
      boxed
      label={label}
      stateKey={stateKey}
      rows={rows}
      columns={kindColumns}
      keyOf={kindKey}
      initialSort={{ column: "bytes", descending: true }}
      noun={["kind", "kinds"]}
      empty="Nothing was recognised."
      actions={({ name, largest }) => [
        {
          id: "largest",
          title: "Show the Largest and Who Holds It",
          run: () => navigate({ view: "bytes", params: { address: largest } }),
        },
        copyAction("copy", "Copy Name", name),
      ]}
    />
  );
}

const kindColumns = [
  textColumn<BlockKindRow>("name", "What", (row) => row.name),
  countColumn<BlockKindRow>("count", "Blocks", (row) => row.count),
  bytesColumn<BlockKindRow>("bytes", "Bytes", (row) => row.bytes),
  bytesColumn<BlockKindRow>("largestBytes", "Largest", (row) => row.largestBytes),
];

const kindKey = (row: BlockKindRow) => row.name;
