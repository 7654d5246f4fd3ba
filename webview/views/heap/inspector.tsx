import { useEffect, useRef, useState } from "preact/hooks";
import type { InspectResult } from "../../../analyzer/protocol/heap/inspector";
import type { ObjectId } from "../../../analyzer/protocol/heap/objects";
import type { ViewParams } from "../../../analyzer/protocol/view/navigation";
import { formatBytes, formatBytesOrDash, formatCount, formatExactBytes, formatQuantity } from "../../format";
import { useLinkParams, useNavigate } from "../../navigation";
import { NoteMark } from "../../notes";
import { useSaved } from "../../state";
import { KeyValue } from "../../widgets/keyValue";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Button, TextField } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { openSource } from "../rowActions";
import { useAnswer } from "../useAnswer";
import type { ViewProps } from "../viewProps";
import { ArrayText } from "./arrayText";
import { InspectedClass } from "./inspectedClass";
import { Instances } from "./instances";
import { MoreActions } from "./moreActions";
import { objectActions } from "./objectActions";
import { ObjectLink } from "./objectLink";
import { ObjectNote } from "./objectNote";
import { ObjectTree } from "./objectTree";
import { ReferenceTable, RootPathList } from "./references";

/** What is inspected, and the part of it one came for. */
type Target = ViewParams["inspector"];

/** One object, or class: what it is, what is in it, who refers to it, and what keeps it alive. */
export function InspectorView({ params }: ViewProps<"inspector">) {
  const [target, setTarget] = useSaved<Target>("inspector:target", {});
  const [typed, setTyped] = useState("");
  useEffect(() => {
    if (params.objectId !== undefined || params.className !== undefined) setTarget(params);
  }, [params, setTarget]);
  const { objectId, className } = target;
  useLinkParams("inspector", target);
  const go = () => {
    const wanted = typed.trim();
    if (/^0x[0-9a-f]+$/i.test(wanted)) setTarget({ objectId: wanted.toLowerCase() });
    else if (wanted !== "") setTarget({ className: wanted });
  };
  return (
    <div class="page">
      <div class="toolbar inset" role="toolbar" aria-label="Inspector">
        <TextField label="Object id (0x…) or class name" value={typed} onInput={setTyped} onSubmit={go} />
        <Button onClick={go}>Inspect</Button>
      </div>
      {objectId !== undefined ? (
        <Inspected key={objectId} objectId={objectId} part={target.part} wish={params} />
      ) : className !== undefined ? (
        <InspectedClass key={className} className={className} />
      ) : (
        <EmptyState title="Choose an object in another view, or enter its id or its class." />
      )}
    </div>
  );
}

interface InspectedProps {
  readonly objectId: ObjectId;
  readonly part: Target["part"];
  /** A new one goes to the part again. */
  readonly wish: unknown;
}

function Inspected({ objectId, part, wish }: InspectedProps) {
  const answer = useAnswer("heap/inspect", { objectId });
  return (
    <Answered answer={answer} waiting="Reading the object…">
      {(result) => <WholeObject result={result} part={part} wish={wish} />}
    </Answered>
  );
}

function WholeObject({
  result,
  part,
  wish,
}: Omit<InspectedProps, "objectId"> & { readonly result: InspectResult }) {
  const { object, array, text } = result;
  const { objectId, className, isClass } = object;
  const whole = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const wanted = whole.current?.querySelector(`[data-part="${part ?? ""}"]`);
    wanted?.scrollIntoView({ block: "start" });
    wanted?.querySelector<HTMLElement>(".grid, textarea")?.focus({ preventScroll: true });
  }, [part, wish]);
  return (
    <div ref={whole}>
      <Facts result={result} />
      {text !== undefined && <pre class="code">{text}</pre>}
      {array !== undefined && array.length > 0 && <ArrayText objectId={objectId} type={array.type} />}
      {isClass === true && (
        <Part name="instances">
          <Section title="Objects of this class">
            <Instances className={className} classId={objectId} />
          </Section>
        </Part>
      )}
      <Section title={isClass === true ? "Static fields" : "What is in it"}>
        <ObjectTree result={result} />
      </Section>
      <Part name="incoming">
        <ReferenceTable objectId={objectId} method="heap/incoming" title="Referred to by" />
      </Part>
      <RootPathList objectId={objectId} />
      <Part name="outgoing">
        <ReferenceTable objectId={objectId} method="heap/outgoing" title="Refers to" />
      </Part>
      <Part name="note">
        <ObjectNote result={result} />
      </Part>
    </div>
  );
}

function Part({ name, children }: { readonly name: string; readonly children: preact.ComponentChildren }) {
  return <div data-part={name}>{children}</div>;
}

function Facts({ result }: { readonly result: InspectResult }) {
  const navigate = useNavigate();
  const { object, collection, array, dominator, heldBy } = result;
  const { objectId } = object;
  return (
    <Section
      title={`${object.isClass ? "class " : ""}${object.className}`}
      actions={
        <>
          <NoteMark id={objectId} />
          <Button onClick={() => navigate({ view: "paths", params: { objectId } })}>Why Is It Alive?</Button>
          <Button onClick={() => navigate({ view: "dominators", params: { reveal: objectId } })}>
            Reveal in Dominator Tree
          </Button>
          <MoreActions
            label="Object actions"
            actions={() => objectActions(navigate, { ...object, heldBy })}
          />
        </>
      }
    >
      <KeyValue
        pairs={[
          { key: "Object", value: <span class="code">{objectId}</span> },
          { key: "Value", value: object.label },
          {
            key: "Shallow",
            value: formatBytes(object.shallowBytes),
            hint: formatExactBytes(object.shallowBytes),
          },
          {
            key: "Retained",
            value: formatBytesOrDash(object.retainedBytes),
            ...(object.retainedBytes === undefined ? {} : { hint: formatExactBytes(object.retainedBytes) }),
          },
          {
            key: "Elements",
            value: collection?.size === undefined ? undefined : formatQuantity(collection.size, "element"),
          },
          {
            key: "Length",
            value: array === undefined ? undefined : `${formatCount(array.length)} × ${array.type}`,
          },
          { key: "Extends", value: result.superclasses.slice(1).join(" › ") },
          { key: "Loaded by", value: result.loader },
          { key: "GC root", value: result.roots.join(", ") },
          {
            key: "Kept alive by",
            value: dominator !== undefined && (
              <>
                <ObjectLink object={dominator} />
                {heldBy !== undefined && (
                  <button
                    type="button"
                    class="link field-name"
                    disabled={heldBy.field.startsWith("[")}
                    onClick={() =>
                      openSource({ kind: "field", className: heldBy.className, field: heldBy.field })
                    }
                  >
                    {heldBy.field}
                  </button>
                )}
              </>
            ),
          },
        ]}
      />
    </Section>
  );
}
