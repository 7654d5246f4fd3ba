/** The part of markdown-it that tests use as a judge of Markdown. */
declare module "markdown-it" {
  interface Token {
    readonly type: string;
    readonly children: readonly Token[] | null;
  }
  export default class MarkdownIt {
    constructor(options: { readonly html: boolean; readonly linkify: boolean });
    parse(text: string, environment: object): readonly Token[];
    renderInline(text: string): string;
  }
}
