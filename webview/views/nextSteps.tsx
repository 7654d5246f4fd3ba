import type { Capability } from "../../analyzer/protocol/capabilities";
import type { Navigation } from "../../analyzer/protocol/view/navigation";
import { useNavigate } from "../navigation";
import { Section } from "../widgets/section";
import { viewsOf } from "./catalogue";

/** The other views of this dump, each with what it is good for. */
export function NextSteps({ capabilities }: { readonly capabilities: readonly Capability[] }) {
  const navigate = useNavigate();
  const steps = viewsOf(capabilities).filter((view) => view.purpose !== undefined);
  if (steps.length === 0) return null;
  return (
    <Section title="Next steps">
      <ul class="next-steps">
        {steps.map((view) => (
          <li key={view.id}>
            <button
              type="button"
              class="link"
              onClick={() => navigate({ view: view.id, params: {} } as Navigation)}
            >
              {view.title}
            </button>
            <span class="note">{view.purpose}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
