import type { HistogramRow } from "../../../analyzer/protocol/heap/histogram";
import { formatQuantity } from "../../format";
import { useNavigate } from "../../navigation";
import { NoteMark, noteOnClass } from "../../notes";
import { bytesColumn, countColumn, textColumn } from "../../widgets/columns";
import { Section } from "../../widgets/section";
import { EmptyState } from "../../widgets/states";
import { Button } from "../../widgets/toolkit";
import { Answered } from "../answered";
import { LocalTable } from "../localTable";
import { useAnswer } from "../useAnswer";
import { Instances } from "./instances";
import { MoreActions } from "./moreActions";
import { classActions } from "./objectActions";

/** A class by its name: which classes of that name there are, and their objects. */
export function InspectedClass({ className }: { readonly className: string }) {
  const answer = useAnswer("heap/classesNamed", { className });
  return (
    <Answered answer={answer} waiting="Looking for the class…">
      {({ classes }) =>
        classes.length === 0 ? (
          <EmptyState title={`This dump has no class ${className}.`} />
        ) : (
          <WholeClass className={className} classes={classes} />
        )
      }
    </Answered>
  );
}

interface WholeClassProps {
  readonly className: string;
  /** One of each loader. */
  readonly classes: readonly HistogramRow[];
}

function WholeClass({ className, classes }: WholeClassProps) {
  const navigate = useNavigate();
  return (
    <>
      <Section
        title={`class ${className}`}
        actions={
          <>
            <NoteMark id={noteOnClass(className).id} />
            <Button onClick={() => navigate({ view: "paths", params: { className } })}>
              Why Are They Alive?
            </Button>
            <MoreActions label="Class actions" actions={() => classActions(navigate, { className })} />
          </>
        }
        note={
          classes.length > 1
            ? `${formatQuantity(classes.length, "class", "classes")} of this name.`
            : undefined
        }
      >
        <LocalTable
          boxed
          label="Classes of this name"
          stateKey="inspector:classes"
          rows={classes}
          columns={columns}
          keyOf={keyOf}
          initialSort={{ column: "retainedBytes", descending: true }}
          noun={["class", "classes"]}
          actions={(row) => classActions(navigate, row)}
        />
      </Section>
      <Section title="Objects of this class">
        <Instances className={className} />
      </Section>
    </>
  );
}

const columns = [
  textColumn<HistogramRow>("loader", "Loaded by", (row) => row.loader || "—"),
  countColumn<HistogramRow>("objects", "Objects", (row) => row.objects),
  bytesColumn<HistogramRow>("shallowBytes", "Shallow", (row) => row.shallowBytes),
  bytesColumn<HistogramRow>("retainedBytes", "Retained", (row) => row.retainedBytes),
];

const keyOf = (row: HistogramRow) => String(row.classIndex);
