import { useMemo } from "preact/hooks";
import type { CoreModuleRow } from "../../../analyzer/protocol/core/modules";
import { textColumn } from "../../widgets/columns";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { copyAction } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { provideActions } from "./missingModules";

/** Every file the process had mapped as code, and whether the same build is at hand here. */
export function ModulesView({ params }: ViewProps<"modules">) {
  const answer = useAnswer("core/modules", {});
  const reveal = useMemo(() => {
    const row =
      answer.state === "answered"
        ? answer.result.modules.find(({ path }) => path === params.path)
        : undefined;
    return row === undefined ? undefined : { key: keyOf(row) };
  }, [answer, params]);
  return (
    <div class="view">
      <Answered answer={answer} waiting="Checking modules by their build ids…">
        {({ modules }) => (
          <LocalTable
            label="Modules"
            stateKey="modules"
            rows={modules}
            columns={columns}
            keyOf={keyOf}
            reveal={reveal}
            initialSort={{ column: "status", descending: true }}
            noun={["module", "modules"]}
            actions={(row) => [
              ...provideActions(row),
              { ...copyAction("copyPath", "Copy Path", row.path), separated: true },
              ...(row.buildId === undefined ? [] : [copyAction("copyBuildId", "Copy Build Id", row.buildId)]),
            ]}
          />
        )}
      </Answered>
    </div>
  );
}

const columns = [
  textColumn<CoreModuleRow>("path", "Module", (row) => row.path, {
    width: "minmax(20em, 1fr)",
    render: ({ path }) => {
      // The name first: where the column is too narrow, the folder is cut.
      const nameStart = path.lastIndexOf("/") + 1;
      return (
        <>
          {path.slice(nameStart)}
          <span class="aside">{path.slice(0, nameStart)}</span>
        </>
      );
    },
  }),
  textColumn<CoreModuleRow>("status", "Status", (row) => row.status, {
    width: "10em",
    render: (row) => (
      <span class={`status ${row.status}`}>
        {row.status}
        {row.overridden && " (used anyway)"}
      </span>
    ),
  }),
  textColumn<CoreModuleRow>("information", "Knows", knows, { width: "11em" }),
  textColumn<CoreModuleRow>("buildId", "Build id", (row) => row.buildId ?? "", {
    width: "12em",
    render: (row) => <span class="code">{row.buildId?.slice(0, 16)}</span>,
  }),
  textColumn<CoreModuleRow>("start", "Loaded at", (row) => row.start, {
    width: "11em",
    render: (row) => <span class="code">{row.start}</span>,
  }),
  textColumn<CoreModuleRow>("fault", "What is wrong", (row) => row.fault ?? "", {
    width: "minmax(16em, 1fr)",
  }),
];

function knows(row: CoreModuleRow): string {
  if (row.hasDebugInformation) return "lines, variables";
  return row.hasSymbols ? "function names" : "nothing";
}

const keyOf = (row: CoreModuleRow) => row.start;
