import {
  type CodeLens,
  type CodeLensProvider,
  EventEmitter,
  type TextDocument,
  window,
  workspace,
} from "vscode";
import type { CodeLensMiddleware, CodeLensProviderShape, LanguageClient } from "vscode-languageclient/node";
import { CodeLensRequest } from "vscode-languageclient/node";
import { DisposableStore } from "./disposable";

/** Longer than VS Code itself waits before it asks for lenses (a quarter of a second, less than one when slow). */
const pauseMs = 1_000;
/** Whoever switched lenses off in an editor is not asked for ever. */
const mostReminders = 10;

/** What is known of a document that an editor shows. */
interface Wish {
  reminders: number;
  timer: NodeJS.Timeout;
}

/**
 * Sees to it that files an editor shows have their lenses. VS Code waits a moment before it asks for them, and
 * forgets to ask when the editor loses the focus in that moment (its code lens controller cancels the waiting
 * request on blur): a file that the debugger opens while the user clicks on in the call stack would stay without
 * lenses. Whoever has not asked a moment after a file was shown, or after the lenses changed, is told that they
 * changed.
 */
export class ShownLenses {
  private readonly store = new DisposableStore();
  private readonly wishes = new Map<string, Wish>();
  private shown = new Set<string>();
  /** Of our own providers, by the scheme of their documents. */
  private readonly own = new Map<string, EventEmitter<void>>();
  private client: LanguageClient | undefined;
  /** The one of the running client, listened to. */
  private provider: CodeLensProviderShape | undefined;

  constructor() {
    this.store.add(window.onDidChangeVisibleTextEditors(() => this.editorsChanged()));
    this.store.add({ dispose: () => this.forgetAll() });
  }

  /** Goes into the language client's options: knows when VS Code asks. */
  readonly middleware: CodeLensMiddleware = {
    provideCodeLenses: (document, token, next) => {
      this.asked(document);
      return next(document, token);
    },
  };

  /** A provider of lenses of our own for documents of a scheme, which VS Code forgets to ask just the same. */
  ownProvider(scheme: string, lensesOf: (document: TextDocument) => CodeLens[]): CodeLensProvider {
    const changed = this.store.add(new EventEmitter<void>());
    this.own.set(scheme, changed);
    return {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document) => {
        this.asked(document);
        return lensesOf(document);
      },
    };
  }

  /** Call when a client has started; it replaces the one before. */
  follow(client: LanguageClient): void {
    this.client = client;
    this.forgetAll();
    this.editorsChanged();
  }

  dispose(): void {
    this.store.dispose();
  }

  private editorsChanged(): void {
    const documents = window.visibleTextEditors.map(({ document }) => document);
    const fresh = documents.filter((document) => !this.shown.has(keyOf(document)));
    this.shown = new Set(documents.map(keyOf));
    for (const key of this.wishes.keys()) if (!this.shown.has(key)) this.forget(key);
    for (const document of fresh) this.wish(document);
  }

  private lensesChanged(): void {
    // Also called for what this class itself fires: a wish that waits already goes on waiting.
    for (const { document } of window.visibleTextEditors) {
      if (!this.wishes.has(keyOf(document))) this.wish(document);
    }
  }

  private wish(document: TextDocument): void {
    if (this.emitterOf(document) === undefined) return;
    const remind = () => {
      const wish = this.wishes.get(keyOf(document));
      if (wish === undefined) return;
      if (wish.reminders++ >= mostReminders) {
        this.forget(keyOf(document));
        return;
      }
      this.emitterOf(document)?.fire();
      wish.timer = setTimeout(remind, pauseMs);
    };
    this.wishes.set(keyOf(document), { reminders: 0, timer: setTimeout(remind, pauseMs) });
  }

  private asked(document: TextDocument): void {
    this.forget(keyOf(document));
  }

  private forget(key: string): void {
    clearTimeout(this.wishes.get(key)?.timer);
    this.wishes.delete(key);
  }

  private forgetAll(): void {
    for (const key of [...this.wishes.keys()]) this.forget(key);
    this.shown.clear();
  }

  private emitterOf(document: TextDocument): EventEmitter<void> | undefined {
    return this.own.get(document.uri.scheme) ?? this.providerOf(document)?.onDidChangeCodeLensEmitter;
  }

  private providerOf(document: TextDocument): CodeLensProviderShape | undefined {
    const switchedOff = workspace.getConfiguration("editor", document).get("codeLens") === false;
    if (switchedOff) return undefined;
    const provider = this.client?.getFeature(CodeLensRequest.method).getProvider(document);
    if (provider !== undefined && provider !== this.provider) {
      this.provider = provider;
      this.store.add(provider.onDidChangeCodeLensEmitter.event(() => this.lensesChanged()));
    }
    return provider;
  }
}

function keyOf(document: TextDocument): string {
  return document.uri.toString();
}
