import { useMemo } from "preact/hooks";
import type { AllocationNodeRow, AllocationSiteRow } from "../../../analyzer/protocol/heap/allocations";
import type { StackFrameRow } from "../../../analyzer/protocol/heap/debugging";
import { formatBytes, formatCount } from "../../format";
import { bytesColumn, countColumn, textColumn } from "../../widgets/columns";
import { type FlameBox, FlameGraph } from "../../widgets/flameGraph";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { copyAction, openFrame, presentActions } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";

/** Sites in one answer; what is further down the list does not matter. */
const sitesShown = 2000;

/** Where the objects of a profiled dump were allocated. */
export function AllocationsView(_: ViewProps<"allocations">) {
  const sites = useAnswer("heap/allocationSites", { start: 0, count: sitesShown });
  return (
    <div class="page">
      <Answered answer={sites} waiting="Reading allocation sites…">
        {({ recorded, rows }) =>
          recorded ? (
            <RecordedSites rows={rows} />
          ) : (
            <EmptyState title="This dump has no allocation sites. JVMs record them when they run with an allocation profiler, such as -agentlib:hprof of JDK 8 and before." />
          )
        }
      </Answered>
    </div>
  );
}

function RecordedSites({ rows }: { readonly rows: readonly AllocationSiteRow[] }) {
  const tree = useAnswer("heap/allocationTree", {});
  return (
    <>
      <Section
        title="Flame graph"
        note="Outermost frame on top, as wide as what it allocated. Arrow keys walk along the stacks, Space zooms, Escape zooms out, Enter opens the source."
      >
        <Answered answer={tree} waiting="Merging stacks…">
          {({ roots }) => <AllocationFlames roots={roots} />}
        </Answered>
      </Section>
      <Section title="Allocation sites">
        <LocalTable
          boxed
          label="Allocation sites"
          stateKey="allocations"
          rows={rows}
          columns={columns}
          keyOf={siteKey}
          initialSort={{ column: "shallowBytes", descending: true }}
          noun={["site", "sites"]}
          actions={(row) =>
            presentActions([
              {
                id: "openFrame",
                title: "Open Source",
                run: () => openFrame(row.frames[0]!),
              },
              copyAction("copyStack", "Copy Stack", row.frames.map(frameText).join("\n")),
            ])
          }
        />
      </Section>
    </>
  );
}

function AllocationFlames({ roots }: { readonly roots: readonly AllocationNodeRow[] }) {
  const boxes = useMemo(() => roots.map((root, at) => boxOf(root, String(at))), [roots]);
  return <FlameGraph label="Allocations by stack" roots={boxes} />;
}

/** As deep as the merged stacks, which the analyzer cuts. */
function boxOf(node: AllocationNodeRow, key: string): FlameBox {
  return {
    key,
    label: `${node.frame.className}.${node.frame.method}`,
    detail: `${formatBytes(node.shallowBytes)} in ${formatCount(node.objects)} objects`,
    weight: node.shallowBytes,
    children: node.children.map((child, at) => boxOf(child, `${key}.${at}`)),
    onOpen: () => openFrame(node.frame),
  };
}

const columns = [
  textColumn<AllocationSiteRow>("site", "Allocated in", (row) => frameText(row.frames[0]!), {
    tooltip: (row) => row.frames.map(frameText).join("\n"),
  }),
  textColumn<AllocationSiteRow>("classes", "Classes", (row) =>
    row.classes.map(({ className }) => className).join(", "),
  ),
  countColumn<AllocationSiteRow>("objects", "Objects", (row) => row.objects),
  bytesColumn<AllocationSiteRow>("shallowBytes", "Shallow", (row) => row.shallowBytes),
  bytesColumn<AllocationSiteRow>("allocatedBytes", "Ever allocated", (row) => row.allocatedBytes),
];

const siteKey = (row: AllocationSiteRow) => row.frames.map(frameText).join("<");

function frameText({ className, method, file, line }: StackFrameRow): string {
  const place = file === undefined ? "" : line > 0 ? ` (${file}:${line})` : ` (${file})`;
  return `${className}.${method}${place}`;
}
