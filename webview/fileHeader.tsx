import type { DocumentFacts } from "../analyzer/protocol/view/hostMessages";
import { Banner } from "./widgets/banner";
import { Size } from "./widgets/size";

export interface FileHeaderProps {
  readonly facts: DocumentFacts;
  /** undefined where there is nowhere to go back to. */
  readonly onBack: (() => void) | undefined;
  readonly onForward: (() => void) | undefined;
  /** Puts a link to what is shown on the clipboard. */
  readonly onCopyLink: () => void;
  readonly onReopen: () => void;
}

/** Name, format and size of the file, and the way back. */
export function FileHeader({ facts, onBack, onForward, onCopyLink, onReopen }: FileHeaderProps) {
  return (
    <header class="file-header">
      <div class="history">
        <button
          type="button"
          class="icon"
          aria-label="Back"
          title="Back (Alt+Left)"
          disabled={!onBack}
          onClick={onBack}
        >
          <Arrow path="M10 3L5 8l5 5" />
        </button>
        <button
          type="button"
          class="icon"
          aria-label="Forward"
          title="Forward (Alt+Right)"
          disabled={!onForward}
          onClick={onForward}
        >
          <Arrow path="M6 3l5 5-5 5" />
        </button>
      </div>
      <h1 title={facts.path}>{facts.name}</h1>
      <button
        type="button"
        class="icon"
        aria-label="Copy link to this view"
        title="Copy link to this view"
        onClick={onCopyLink}
      >
        <Arrow path="M7 5H5a3 3 0 0 0 0 6h2M9 5h2a3 3 0 0 1 0 6H9M5.5 8h5" />
      </button>
      <span class="note">
        {facts.format === "" ? "" : `${facts.format} · `}
        <Size bytes={facts.bytes} />
      </span>
      {facts.restartedAfter !== undefined && (
        <Banner
          place="restarted"
          text={`The analyzer stopped and was started again: ${facts.restartedAfter}`}
          role="alert"
          isWarning
        />
      )}
      {facts.isChanged === true && (
        <Banner
          place="changed"
          text="Changed on disk. What is shown was read before; nothing more is read. "
          role="alert"
          isWarning
        >
          <button type="button" class="link" onClick={onReopen}>
            Reopen
          </button>
        </Banner>
      )}
    </header>
  );
}

function Arrow({ path }: { readonly path: string }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.4" />
    </svg>
  );
}
