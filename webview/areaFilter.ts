/** Puts the focus into the filter of the view that is shown, all of its text selected; where there is none, nothing moves. */
export function focusFilter(): void {
  const field = document.querySelector<HTMLElement>("#view vscode-text-field, #view input[type=search]");
  field?.focus();
  field?.shadowRoot?.querySelector("input")?.select();
}
