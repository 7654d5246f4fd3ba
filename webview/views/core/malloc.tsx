import { useState } from "preact/hooks";
import type {
  LeakGroupRow,
  LeakResult,
  MallocArena,
  MallocSizeClass,
  MallocSummary,
} from "../../../analyzer/protocol/core/malloc";
import { formatBytes, formatExactBytes, formatQuantity, formatShare } from "../../format";
import { useNavigate } from "../../navigation";
import { bytesColumn, countColumn, shareColumn, textColumn } from "../../widgets/columns";
import { Figures } from "../../widgets/keyValue";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { Problems } from "../problems";
import { copyAction } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { BlockKinds } from "./blockKinds";
import { BlockSamples } from "./blockSamples";

/** What the process had from malloc: used, free, fragmented, by size; and blocks nothing refers to. */
export function MallocView({ params }: ViewProps<"malloc">) {
  const summary = useAnswer("core/malloc", {});
  return (
    <div class="page">
      <Answered answer={summary} waiting="Walking the allocator's arenas…">
        {(result) =>
          result.walked ? (
            <>
              <Walked summary={result} size={params.size} />
              <LeaksAndKinds isCollected={result.collected} />
            </>
          ) : (
            <EmptyState title={`Allocator: ${result.allocator}`}>
              <p>{result.evidence}; its blocks could not be walked.</p>
              <Problems problems={result.problems} />
            </EmptyState>
          )
        }
      </Answered>
    </div>
  );
}

/** @param isCollected a collector frees the blocks: those nothing refers to are garbage */
function LeaksAndKinds({ isCollected }: { readonly isCollected: boolean }) {
  const leaks = useAnswer("core/leaks", {});
  return (
    <>
      <Section
        title="Blocks nothing refers to"
        note={
          isCollected
            ? "Garbage that the collector had yet to free. Found by marking from registers, stacks and data."
            : "Found by marking from registers, stacks and data: a leak is certain, a missed one is possible."
        }
      >
        <Answered answer={leaks} waiting="Looking for leaked blocks…">
          {(result) => <Leaks result={result} />}
        </Answered>
      </Section>
      <BlockKinds answer={leaks} isCollected={isCollected} />
    </>
  );
}

function Leaks({ result: { leakedBytes, leakedBlocks, leaks } }: { readonly result: LeakResult }) {
  const navigate = useNavigate();
  return (
    <>
      <p>
        {formatBytes(leakedBytes)} in {formatQuantity(leakedBlocks, "block")}
      </p>
      <LocalTable
        boxed
        label="Leaked blocks by size and type"
        stateKey="malloc:leaks"
        rows={leaks}
        columns={leakColumns}
        keyOf={leakKey}
        initialSort={{ column: "bytes", descending: true }}
        noun={["group", "groups"]}
        empty="Nothing leaked."
        actions={(row) => {
          const [first] = row.samples;
          if (first === undefined) return [];
          return [
            {
              id: "bytes",
              title: "Show Bytes of One",
              run: () => navigate({ view: "bytes", params: { address: first } }),
            },
            copyAction("copy", "Copy Addresses", row.samples.join("\n")),
          ];
        }}
      />
    </>
  );
}

interface WalkedProps {
  readonly summary: MallocSummary;
  /** Blocks of this size are shown at once. */
  readonly size: number | undefined;
}

function Walked({ summary, size }: WalkedProps) {
  const [sampled, setSampled] = useState(size);
  const bytesPair = (key: string, bytes: number) => ({
    key,
    value: formatBytes(bytes),
    hint: formatExactBytes(bytes),
  });
  return (
    <>
      <Figures
        pairs={[
          bytesPair("Used", summary.usedBytes),
          bytesPair("Free", summary.freeBytes),
          bytesPair("Mapped apart", summary.mmappedBytes),
          {
            key: "Fragmentation",
            value: formatShare(summary.fragmentation, 1),
            hint: "Free but not returnable, of what the arenas hold",
          },
          { key: "Arenas", value: String(summary.arenas.length) },
        ]}
      />
      <p class="note">
        {summary.allocator}: {summary.evidence}
      </p>
      <Problems problems={summary.problems} />
      <SizeClasses
        title="Used blocks by size"
        stateKey="malloc:used"
        rows={summary.usedClasses}
        whole={summary.usedBytes + summary.mmappedBytes}
        onSample={setSampled}
      />
      {sampled !== undefined && <BlockSamples size={sampled} onClose={() => setSampled(undefined)} />}
      <SizeClasses
        title="Free blocks by size"
        stateKey="malloc:free"
        rows={summary.freeClasses}
        whole={summary.freeBytes}
      />
      <Section title="Arenas">
        <LocalTable
          boxed
          label="Arenas"
          stateKey="malloc:arenas"
          rows={summary.arenas}
          columns={arenaColumns}
          keyOf={arenaKey}
          initialSort={{ column: "systemBytes", descending: true }}
          noun={["arena", "arenas"]}
        />
      </Section>
    </>
  );
}

interface SizeClassesProps {
  readonly title: string;
  readonly stateKey: string;
  readonly rows: readonly MallocSizeClass[];
  readonly whole: number;
  /** Shows what some blocks of a size hold. */
  readonly onSample?: (size: number) => void;
}

function SizeClasses({ title, stateKey, rows, whole, onSample }: SizeClassesProps) {
  const columns = [
    bytesColumn<MallocSizeClass>("size", "Block size", (row) => row.size),
    countColumn<MallocSizeClass>("blocks", "Blocks", (row) => row.blocks),
    bytesColumn<MallocSizeClass>("bytes", "Bytes", (row) => row.bytes),
    shareColumn<MallocSizeClass>("share", "Share", (row) => row.bytes, whole, { width: "minmax(10em, 1fr)" }),
  ];
  return (
    <Section title={title}>
      <LocalTable
        boxed
        label={title}
        stateKey={stateKey}
        rows={rows}
        columns={columns}
        keyOf={sizeKey}
        initialSort={{ column: "bytes", descending: true }}
        noun={["size", "sizes"]}
        empty={`There are no ${title.toLowerCase().replace(" by size", "")}.`}
        actions={(row) =>
          onSample === undefined
            ? []
            : [{ id: "sample", title: "Show Blocks of This Size", run: () => onSample(row.size) }]
        }
      />
    </Section>
  );
}

const sizeKey = (row: MallocSizeClass) => String(row.size);

const arenaColumns = [
  textColumn<MallocArena>("address", "Arena", (row) => row.address, {
    render: (row) => (
      <>
        <span class="code">{row.address}</span>
        {row.main && <span class="badge">main</span>}
      </>
    ),
  }),
  countColumn<MallocArena>("heaps", "Heaps", (row) => row.heaps, { width: "6em" }),
  bytesColumn<MallocArena>("systemBytes", "From system", (row) => row.systemBytes),
  bytesColumn<MallocArena>("usedBytes", "Used", (row) => row.usedBytes),
  bytesColumn<MallocArena>("freeBytes", "Free", (row) => row.freeBytes),
  bytesColumn<MallocArena>("topBytes", "Top", (row) => row.topBytes),
  bytesColumn<MallocArena>("largestFreeBytes", "Largest free", (row) => row.largestFreeBytes),
];

const arenaKey = (row: MallocArena) => row.address;

const leakColumns = [
  textColumn<LeakGroupRow>("type", "Type", (row) => row.type ?? row.pattern ?? "(not known)"),
  bytesColumn<LeakGroupRow>("size", "Block size", (row) => row.size),
  countColumn<LeakGroupRow>("count", "Blocks", (row) => row.count),
  bytesColumn<LeakGroupRow>("bytes", "Bytes", (row) => row.bytes),
];

const leakKey = (row: LeakGroupRow) => `${row.type ?? ""} ${row.pattern ?? ""} ${row.size}`;
