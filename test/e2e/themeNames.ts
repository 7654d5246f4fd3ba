/** As the theme picker writes them, and the class the workbench has in each. */
export const themes = {
  dark: { name: "Dark Modern", className: "vscode-theme-defaults-themes-dark_modern-json" },
  light: { name: "Light Modern", className: "vscode-theme-defaults-themes-light_modern-json" },
  "high-contrast": { name: "Dark High Contrast", className: "hc-black" },
  "high-contrast-light": { name: "Light High Contrast", className: "hc-light" },
} as const;
