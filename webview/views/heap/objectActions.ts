import type { HoldingField, ObjectId, ObjectIdentity } from "../../../analyzer/protocol/heap/objects";
import type { Navigation } from "../../../analyzer/protocol/view/navigation";
import { callHost } from "../../host";
import type { Navigate } from "../../navigation";
import { writeNoteOnClass, writeNoteOnObject } from "../../notes";
import type { MenuAction } from "../../widgets/contextMenu";
import { copyAction, goToClass, goToHoldingField } from "../rowActions";

// The one source of what can be done with objects and with classes: the same actions in the same order in every view.

/** An object as a row has it, and how what is above the row refers to it, where that is known. */
export interface ActedOn extends ObjectIdentity {
  readonly heldBy?: HoldingField | undefined;
}

/** @param copies what else of the row can be copied */
export function objectActions(
  navigate: Navigate,
  object: ActedOn,
  copies: readonly MenuAction[] = [],
): MenuAction[] {
  const { objectId, className, isClass, heldBy } = object;
  const go = (place: Navigation) => () => navigate(place);
  const inspector = (part: "incoming" | "outgoing" | "instances") =>
    go({ view: "inspector", params: { objectId, part } });
  return groups(
    [
      { id: "inspect", title: "Inspect", run: go({ view: "inspector", params: { objectId } }) },
      { id: "whyAlive", title: "Why Is It Alive?", run: go({ view: "paths", params: { objectId } }) },
      {
        id: "revealInDominators",
        title: "Reveal in Dominator Tree",
        run: go({ view: "dominators", params: { reveal: objectId } }),
      },
    ],
    [
      { id: "incoming", title: "Incoming References", run: inspector("incoming") },
      { id: "outgoing", title: "Outgoing References", run: inspector("outgoing") },
      {
        id: "instances",
        title: "Show Instances",
        run: isClass
          ? inspector("instances")
          : go({ view: "inspector", params: { className, part: "instances" } }),
      },
    ],
    [goToClass(className), goToHoldingField(heldBy)],
    [
      compareAction(navigate, isClass ? "classes" : "paths", className),
      { id: "writeNote", title: "Write Note…", run: () => void writeNoteOnObject(objectId) },
    ],
    [
      copyAction("copyId", "Copy Object Id", objectId),
      copyAction("copyName", "Copy Class Name", className),
      ...copies,
      copyLink("Copy Link to Object", { view: "inspector", params: { objectId } }),
    ],
  );
}

/** A class as a row has it; its own object, and the field that holds its objects, where they are known. */
export interface ActedOnClass {
  readonly className: string;
  readonly classId?: ObjectId | undefined;
  readonly heldBy?: HoldingField | undefined;
}

export function classActions(navigate: Navigate, { className, classId, heldBy }: ActedOnClass): MenuAction[] {
  const place = classId === undefined ? { className } : { className, objectId: classId };
  const go = (to: Navigation) => () => navigate(to);
  return groups(
    [
      { id: "inspect", title: "Inspect", run: go({ view: "inspector", params: place }) },
      { id: "whyAlive", title: "Why Are They Alive?", run: go({ view: "paths", params: { className } }) },
      {
        id: "revealInDominators",
        title: "Reveal in Dominator Tree by Class",
        run: go({ view: "dominators", params: { ofClass: className } }),
      },
    ],
    [
      {
        id: "instances",
        title: "Show Instances",
        run: go({ view: "inspector", params: { ...place, part: "instances" } }),
      },
    ],
    [goToClass(className), goToHoldingField(heldBy)],
    [
      compareAction(navigate, "classes", className),
      { id: "writeNote", title: "Write Note…", run: () => void writeNoteOnClass(className) },
    ],
    [
      copyAction("copyName", "Copy Class Name", className),
      copyLink("Copy Link", { view: "histogram", params: { filter: className, groupBy: "class" } }),
    ],
  );
}

/** Of a row that stands for the collections of a class: the biggest of them is a way in. */
export function collectionClassActions(
  navigate: Navigate,
  { className, largestId }: { readonly className: string; readonly largestId?: ObjectId },
): MenuAction[] {
  const actions = classActions(navigate, { className });
  if (largestId === undefined) return actions;
  const run = () => navigate({ view: "inspector", params: { objectId: largestId } });
  return [...actions, { id: "inspectLargest", title: "Inspect the Largest", separated: true, run }];
}

/** A line between groups; what does not apply is left out. */
function groups(...parts: readonly (readonly (MenuAction | undefined)[])[]): MenuAction[] {
  return parts.flatMap((part, at) =>
    part
      .filter((action) => action !== undefined)
      .map((action, index) => (at > 0 && index === 0 ? { ...action, separated: true } : action)),
  );
}

function compareAction(navigate: Navigate, part: "classes" | "paths", filter: string): MenuAction {
  return {
    id: "compare",
    title: "Compare with Earlier Dumps",
    run: () => navigate({ view: "compare", params: { part, filter } }),
  };
}

function copyLink(title: string, place: Navigation): MenuAction {
  return { id: "copyLink", title, run: () => void callHost("copyLink", place) };
}
