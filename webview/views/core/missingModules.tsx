import { useState } from "preact/hooks";
import { lastPartOf } from "../../../analyzer/base/pathNames";
import type { CoreModuleRow } from "../../../analyzer/protocol/core/modules";
import type { ProvideHow } from "../../../analyzer/protocol/view/hostCalls";
import { formatQuantity } from "../../format";
import { callHost } from "../../host";
import { useNavigate } from "../../navigation";
import type { MenuAction } from "../../widgets/contextMenu";
import { useAnswer } from "../useAnswer";

const ways: readonly (readonly [how: ProvideHow, title: string])[] = [
  ["choose", "Choose…"],
  ["searchWorkspace", "Search Workspace"],
  ["useDebuginfod", "Use debuginfod"],
];

/** Modules named in full; the others are in their view. */
const shown = 3;

/** What keeps names and variables out of the stacks, with the ways to provide it, the program first. */
export function MissingModules() {
  const navigate = useNavigate();
  const answer = useAnswer("core/modules", {});
  if (answer.state !== "answered") return null;
  const isProgram = ({ kind }: CoreModuleRow) => Number(kind === "executable");
  const missing = answer.result.modules
    .filter(({ wants }) => wants !== undefined)
    .sort((a, b) => isProgram(b) - isProgram(a));
  if (missing.length === 0) return null;
  const rest = missing.length - shown;
  return (
    <ul class="missing-modules" aria-label="Files that are not here">
      {missing.slice(0, shown).map((module) => (
        <MissingModule key={module.start} module={module} />
      ))}
      {rest > 0 && (
        <li>
          <button type="button" class="link" onClick={() => navigate({ view: "modules", params: {} })}>
            {formatQuantity(rest, "further module")}
          </button>
        </li>
      )}
    </ul>
  );
}

function MissingModule({ module }: { readonly module: CoreModuleRow }) {
  const [busy, setBusy] = useState(false);
  const provide = (how: ProvideHow) => {
    setBusy(true);
    // What was provided opens the core anew, and this with it.
    callHost("provideModule", { path: module.path, how }).then(
      () => setBusy(false),
      () => setBusy(false),
    );
  };
  return (
    <li>
      <strong title={module.path}>{nameOf(module)}</strong>{" "}
      <span title={module.fault}>{module.status === "missing" ? "not found" : "is of another build"}</span>
      {ways.map(([how, title]) => (
        <span key={how}>
          <span aria-hidden="true"> · </span>
          <button
            type="button"
            class="link"
            disabled={busy}
            aria-label={`${nameOf(module)}: ${title}`}
            onClick={() => provide(how)}
          >
            {title}
          </button>
        </span>
      ))}
    </li>
  );
}

function nameOf({ path }: CoreModuleRow): string {
  return lastPartOf(path) || path;
}

/** The same ways, for the menu of a module's row. */
export function provideActions({ path, wants }: CoreModuleRow): MenuAction[] {
  if (wants === undefined) return [];
  return ways.map(([how, title]) => ({
    id: how,
    title: how === "choose" ? "Choose File…" : title,
    run: () => void callHost("provideModule", { path, how }),
  }));
}
