/**
 * Puts the focus into the filter of the view that is shown, all of its text selected; where nothing is filtered, into
 * its first field; where there is none, nothing moves.
 */
export function focusFilter(): void {
  const fields = [
    ...document.querySelectorAll<HTMLElement>("#view vscode-text-field, #view input[type=search]"),
  ];
  const field = fields.find((each) => each.getAttribute("aria-label")?.startsWith("Filter")) ?? fields[0];
  field?.focus();
  field?.shadowRoot?.querySelector("input")?.select();
}
