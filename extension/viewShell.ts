/** What the shell of a view names; all of it is ours. */
export interface ShellParts {
  /** Addresses of the bundles, as the webview may load them. */
  readonly script: string;
  readonly style: string;
  /** Where a webview's own resources come from. */
  readonly cspSource: string;
  /** New for each shell: what runs and what is styled has to carry it. */
  readonly nonce: string;
}

/**
 * The static shell of a dump editor: what comes from a dump is drawn by the script. Its policy lets in our script, our
 * styles and our font, and nothing else from anywhere: no picture, no connection, no frame, no form.
 */
export function viewShell({ script, style, cspSource, nonce }: ShellParts): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  // The toolkit finds the nonce for its one style element in the `csp-nonce` property.
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Exhume</title>
</head>
<body>
<div id="app"></div>
<script type="module" nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
