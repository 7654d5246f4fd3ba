import type {
  CollectionClassRow,
  DuplicateRow,
  DuplicatesResult,
  WasteHolderRow,
  WasteResult,
} from "../../../analyzer/protocol/heap/waste";
import { formatBytes, formatQuantity, formatShare } from "../../format";
import { useNavigate } from "../../navigation";
import { NoteMark } from "../../notes";
import { bytesColumn, countColumn, textColumn } from "../../widgets/columns";
import { Section } from "../../widgets/section";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ClassCell } from "./classCell";
import { collectionClassActions, objectActions } from "./objectActions";

/** Memory that could be saved without losing anything: duplicates, empty and sparse collections. */
export function WasteView(_: ViewProps<"waste">) {
  const waste = useAnswer("heap/waste", {});
  const collections = useAnswer("heap/collections", {});
  return (
    <div class="page">
      <Answered answer={waste} waiting="Looking for duplicates…">
        {(result) => (
          <>
            <Kinds result={result} />
            <Duplicates title="Duplicate strings" stateKey="waste:strings" duplicates={result.strings} />
            <Duplicates title="Duplicate arrays" stateKey="waste:arrays" duplicates={result.arrays} />
          </>
        )}
      </Answered>
      <Answered answer={collections} waiting="Measuring collections…">
        {({ classes, looked, total }) => (
          <Section
            title="Collections by class"
            note={
              looked < total
                ? `${formatQuantity(looked, "collection")} of ${formatQuantity(total, "collection")} looked at.`
                : undefined
            }
          >
            <Collections classes={classes} />
          </Section>
        )}
      </Answered>
    </div>
  );
}

const kindColumns = [
  textColumn<WasteResult["kinds"][number]>("name", "Kind", (row) => row.name),
  countColumn<WasteResult["kinds"][number]>("objects", "Objects", (row) => row.objects),
  bytesColumn<WasteResult["kinds"][number]>("bytes", "Bytes", (row) => row.bytes),
  textColumn<WasteResult["kinds"][number]>("holders", "Mostly held by", (row) => holdersText(row.holders)),
];

function Kinds({ result }: { readonly result: WasteResult }) {
  if (result.kinds.length === 0) return null;
  return (
    <Section title="What is wasted">
      <LocalTable
        boxed
        label="Kinds of waste"
        stateKey="waste:kinds"
        rows={result.kinds}
        columns={kindColumns}
        keyOf={kindKey}
        initialSort={{ column: "bytes", descending: true }}
        noun={["kind", "kinds"]}
      />
    </Section>
  );
}

const kindKey = (row: WasteResult["kinds"][number]) => row.name;

const duplicateColumns = [
  textColumn<DuplicateRow>("text", "Value", (row) => row.text, {
    render: (row) => (
      <>
        <span class="code">{row.text}</span>
        <NoteMark id={row.objectId} />
      </>
    ),
  }),
  countColumn<DuplicateRow>("count", "Copies", (row) => row.count),
  bytesColumn<DuplicateRow>("bytesEach", "Each", (row) => row.bytesEach),
  bytesColumn<DuplicateRow>("wastedBytes", "Wasted", (row) => row.wastedBytes),
];

const duplicateKey = (row: DuplicateRow) => row.objectId;

interface DuplicatesProps {
  readonly title: string;
  readonly stateKey: string;
  readonly duplicates: DuplicatesResult;
}

function Duplicates({ title, stateKey, duplicates }: DuplicatesProps) {
  const navigate = useNavigate();
  const { groups, wastedBytes, objects, looked, total, scrubbed, holders } = duplicates;
  const facts = [
    `${formatBytes(wastedBytes)} in ${formatQuantity(objects, "copy", "copies")}`,
    ...(scrubbed ? ["the contents of this dump were overwritten: nothing can be compared"] : []),
    ...(looked < total && !scrubbed ? [`${formatShare(looked, total)} looked at`] : []),
    ...(holders.length > 0 ? [`held by ${holdersText(holders)}`] : []),
  ];
  return (
    <Section title={title} note={facts.join(" · ")}>
      <LocalTable
        boxed
        label={title}
        stateKey={stateKey}
        rows={groups}
        columns={duplicateColumns}
        keyOf={duplicateKey}
        initialSort={{ column: "wastedBytes", descending: true }}
        noun={["value", "values"]}
        empty="No duplicates."
        actions={(row) => objectActions(navigate, row)}
      />
    </Section>
  );
}

const collectionColumns = [
  textColumn<CollectionClassRow>("className", "Class", (row) => row.className, {
    render: (row) => <ClassCell className={row.className} />,
  }),
  countColumn<CollectionClassRow>("collections", "Collections", (row) => row.collections),
  countColumn<CollectionClassRow>("empty", "Empty", (row) => row.empty, { width: "6.5em" }),
  countColumn<CollectionClassRow>("sparse", "Under ¼ full", (row) => row.byFill[0]),
  countColumn<CollectionClassRow>("elements", "Elements", (row) => row.elements),
  bytesColumn<CollectionClassRow>("wastedBytes", "Wasted", (row) => row.wastedBytes, {
    hint: "Capacity nothing is in",
  }),
  bytesColumn<CollectionClassRow>("emptyBytes", "In empty ones", (row) => row.emptyBytes),
];

const collectionKey = (row: CollectionClassRow) => row.className;

function Collections({ classes }: { readonly classes: readonly CollectionClassRow[] }) {
  const navigate = useNavigate();
  return (
    <LocalTable
      boxed
      label="Collections by class"
      stateKey="waste:collections"
      rows={classes}
      columns={collectionColumns}
      keyOf={collectionKey}
      initialSort={{ column: "wastedBytes", descending: true }}
      noun={["class", "classes"]}
      actions={(row) => collectionClassActions(navigate, row)}
    />
  );
}

function holdersText(holders: readonly WasteHolderRow[]): string {
  return holders
    .slice(0, 3)
    .map(({ holder, share }) => `${holder} ${formatShare(share, 1)}`)
    .join(", ");
}
