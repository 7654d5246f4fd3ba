import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

export interface SectionProps {
  readonly title: string;
  /** One line under the heading. */
  readonly note?: ComponentChildren;
  /** Buttons at the end of the heading. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A titled part of a page; a landmark for screen readers. */
export function Section({ title, note, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section class="section" aria-labelledby={id}>
      <header class="section-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </header>
      {note !== undefined && <p class="note">{note}</p>}
      {children}
    </section>
  );
}
