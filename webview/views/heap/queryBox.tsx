import { useEffect, useRef, useState } from "preact/hooks";
import type { CompletionRow } from "../../../analyzer/protocol/heap/query";
import { ask } from "../../ask";

export interface QueryBoxProps {
  readonly text: string;
  readonly onInput: (text: string) => void;
  readonly onRun: () => void;
  /** To the query before (1) or after (-1). */
  readonly onStep: (by: 1 | -1) => void;
}

interface Offer {
  readonly from: number;
  readonly items: readonly CompletionRow[];
  readonly active: number;
}

/** Between a letter and the question what may follow it: nobody wants offers for each letter of a word typed at once. */
const pauseMs = 120;

/**
 * Where the query is typed. What may follow is offered while one types a name, and for any place by Ctrl+Space; Enter or
 * Tab takes it, Escape does not.
 */
export function QueryBox({ text, onInput, onRun, onStep }: QueryBoxProps) {
  const box = useRef<HTMLTextAreaElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [offer, setOffer] = useState<Offer | undefined>();
  const asking = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => asking.current?.abort(), []);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [offer]);

  const close = () => {
    asking.current?.abort();
    setOffer(undefined);
  };
  const complete = async (isTyped: boolean) => {
    asking.current?.abort();
    const controller = new AbortController();
    asking.current = controller;
    if (isTyped) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    if (controller.signal.aborted) return;
    const { value, selectionStart: offset } = box.current!;
    try {
      const { from, items } = await ask("heap/completeQuery", { text: value, offset }, controller.signal);
      // What stands there already is no help, and would take the Enter of the next line.
      const typed = value.slice(from, offset);
      const helps = items.length > 0 && !(isTyped && items.some((item) => item.text === typed));
      if (!controller.signal.aborted) setOffer(helps ? { from, items, active: 0 } : undefined);
    } catch {
      // Offers are a help; a query that cannot be completed says what is wrong when it is run.
      if (!controller.signal.aborted) setOffer(undefined);
    }
  };
  const take = (item: CompletionRow) => {
    const end = box.current!.selectionStart;
    const before = text.slice(0, offer!.from) + item.text;
    onInput(before + text.slice(end));
    close();
    box.current!.focus();
    // Where one goes on typing, once the box has the text.
    requestAnimationFrame(() => box.current?.setSelectionRange(before.length, before.length));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const command = event.ctrlKey || event.metaKey;
    if (command && event.key === "Enter") {
      close();
      onRun();
    } else if (command && event.key === " ") void complete(false);
    else if (event.altKey && event.key === "ArrowUp") onStep(1);
    else if (event.altKey && event.key === "ArrowDown") onStep(-1);
    else if (offer === undefined) return;
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" || event.key === "Tab") take(offer.items[offer.active]!);
    else if (event.key === "ArrowDown")
      setOffer({ ...offer, active: Math.min(offer.items.length - 1, offer.active + 1) });
    else if (event.key === "ArrowUp") setOffer({ ...offer, active: Math.max(0, offer.active - 1) });
    else return;
    event.preventDefault();
  };

  return (
    <div class="query-box">
      <textarea
        ref={box}
        aria-label="Query (OQL). Control Enter runs, Control Space completes."
        aria-autocomplete="list"
        aria-controls={offer === undefined ? undefined : "query-completions"}
        aria-activedescendant={offer === undefined ? undefined : `query-completion-${offer.active}`}
        title="Ctrl+Enter runs, Ctrl+Space completes, Alt+Up brings the query before"
        rows={3}
        spellcheck={false}
        value={text}
        onInput={(event) => {
          const { value, selectionStart } = event.currentTarget;
          onInput(value);
          // Names are completed while one types them; a space or a bracket ends the offer.
          if (/[\w.@$]/.test(value.charAt(selectionStart - 1))) void complete(true);
          else close();
        }}
        onBlur={close}
        onKeyDown={onKeyDown}
      />
      {offer !== undefined && (
        <div
          ref={list}
          id="query-completions"
          class="completions"
          role="listbox"
          aria-label="Completions"
          // Never reached by Tab, which takes an offer; what scrolls has to be able to have the focus.
          tabIndex={0}
        >
          {offer.items.map((item, at) => (
            <div
              key={`${item.kind} ${item.text}`}
              id={`query-completion-${at}`}
              role="option"
              aria-selected={at === offer.active}
              onMouseDown={(event) => {
                event.preventDefault();
                take(item);
              }}
            >
              {item.text}
              <span class="aside">{item.detail === "" ? item.kind : item.detail}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
