import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { DocumentFacts, ViewAct } from "../analyzer/protocol/view/hostMessages";
import type { Navigation } from "../analyzer/protocol/view/navigation";
import { focusFilter } from "./areaFilter";
import { FileHeader } from "./fileHeader";
import { callHost, faultToShow, onHostEvent } from "./host";
import { Indexing, Stopped } from "./indexing";
import { LeftOutNote } from "./leftOut";
import {
  canMove,
  move,
  NavigateContext,
  PlaceContext,
  placeOf,
  startTrail,
  type Trail,
  visit,
} from "./navigation";
import { NotesContext, useAllNotes } from "./notes";
import { keepState, savedValue, saveValue } from "./state";
import { neighbourOf } from "./tabRow";
import { viewsOf } from "./views/catalogue";
import { EarlyHistogram } from "./views/heap/earlyHistogram";
import { componentOf } from "./views/registry";
import { useDelayed } from "./views/useDelayed";
import { ViewTabs } from "./viewTabs";
import { MenuHost } from "./widgets/menuHost";
import { FaultState, LoadingState } from "./widgets/states";
import { saveTableState } from "./widgets/tableState";

/** The editor of one dump: what the file is, tabs, and the view one is in. */
export function App() {
  const [facts, setFacts] = useState<DocumentFacts | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [trail, setTrail] = useState<Trail>(() =>
    startTrail(savedValue<Navigation>("place") ?? { view: "overview", params: {} }),
  );
  const navigate = (place: Navigation) => setTrail((current) => visit(current, place));
  const place = placeOf(trail);
  const linked = useMemo(() => {
    // Tables return to the row they remember: a link to a row is what one remembers from elsewhere.
    if (place.row !== undefined) {
      const { table, key, sort } = place.row;
      saveTableState(table, { sort, expanded: [], active: key });
    }
    return { current: place };
  }, [place]);

  const act = useRef((_act: ViewAct): void => undefined);
  act.current = (wanted) => {
    if (wanted === "back" || wanted === "forward")
      return setTrail((current) => move(current, wanted === "back" ? -1 : 1));
    if (wanted === "filter") return focusFilter();
    if (facts?.state.state !== "ready") return;
    navigate({
      view: neighbourOf(place.view, viewsOf(facts.capabilities), wanted),
      params: {},
    } as Navigation);
  };

  useEffect(() => {
    const stop = onHostEvent((event) => {
      if (event.type === "facts") setFacts(event.facts);
      else if (event.type === "navigate") setTrail((current) => visit(current, event.navigation));
      else if (event.type === "act") act.current(event.act);
    });
    callHost("hello", null).then((hello) => {
      setFacts(hello.facts);
      if (hello.navigation !== undefined) navigate(hello.navigation);
    }, setFailure);
    return stop;
  }, []);
  const isAccepted = facts !== undefined && facts.format !== "";
  const isEncrypted = facts?.isEncrypted === true;
  useEffect(() => {
    if (isAccepted) keepState(!isEncrypted);
  }, [isAccepted, isEncrypted]);
  // A place is kept without what it asked to be revealed: the tables keep their own place.
  useEffect(() => saveValue("place", { view: place.view, params: {} }), [place]);

  const notes = useAllNotes(facts?.state.state === "ready");

  // Small dumps are ready in the blink of an eye: what comes for less than that is noise.
  const showsEarly = useDelayed(facts?.state.state === "indexing" && facts.state.early === true, 300);

  if (facts === undefined) {
    const fault = failure === undefined ? undefined : faultToShow(failure);
    return fault === undefined ? <LoadingState label="Opening…" /> : <FaultState fault={fault} />;
  }
  const stopIndexing = () => void callHost("stopIndexing", null);
  const stayIn = (read: "histogram") => {
    if (place.view !== read) navigate({ view: read, params: {} });
  };
  const views = viewsOf(facts.capabilities);
  const view = views.find(({ id }) => id === place.view) ?? views[0]!;
  const View = componentOf(view.id, facts.kind);
  return (
    <NavigateContext.Provider value={navigate}>
      <PlaceContext.Provider value={linked}>
        <NotesContext.Provider value={notes}>
          <FileHeader
            facts={facts}
            onReopen={() => void callHost("reopen", null)}
            onCopyLink={() => void callHost("copyLink", linked.current)}
            onBack={canMove(trail, -1) ? () => setTrail(move(trail, -1)) : undefined}
            onForward={canMove(trail, 1) ? () => setTrail(move(trail, 1)) : undefined}
          />
          <main>
            <MenuHost>
              {facts.state.state === "ready" ? (
                <>
                  {facts.capabilities.includes("objectGraph") && (
                    <LeftOutNote key={facts.restartedAfter ?? ""} />
                  )}
                  <ViewTabs views={views} current={view.id} onChoose={navigate} />
                  <div class="body" id="view" role="tabpanel" aria-label={view.title}>
                    {/* A view belongs to one index: after the analyzer came back it starts again. */}
                    <View
                      key={`${view.id} ${facts.restartedAfter ?? ""} ${place.row === undefined ? "" : JSON.stringify(place.row)}`}
                      facts={facts}
                      params={place.params}
                    />
                  </div>
                </>
              ) : facts.state.state === "failed" && facts.state.early === true ? (
                <>
                  <Stopped onGoOn={() => void callHost("reopen", null)} />
                  <div class="body">
                    <EarlyHistogram isStopped />
                  </div>
                </>
              ) : facts.state.state === "failed" ? (
                <FaultState fault={facts.state.fault} onRetry={() => void callHost("reopen", null)} />
              ) : facts.state.state === "indexing" && showsEarly ? (
                <>
                  <Indexing slim state={facts.state} onStop={stopIndexing} />
                  <div
                    class="body"
                    // Who has begun to read goes on reading there when the rest is known.
                    onPointerDown={() => stayIn("histogram")}
                    onKeyDown={() => stayIn("histogram")}
                  >
                    <EarlyHistogram />
                  </div>
                </>
              ) : (
                <Indexing state={facts.state} onStop={stopIndexing} />
              )}
            </MenuHost>
          </main>
        </NotesContext.Provider>
      </PlaceContext.Provider>
    </NavigateContext.Provider>
  );
}
