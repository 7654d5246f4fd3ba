// The one place that knows the VS Code webview toolkit, which is archived upstream: replacing it stays here.
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from "@vscode/webview-ui-toolkit";
import type { ComponentChildren, JSX } from "preact";

provideVSCodeDesignSystem().register(
  vsCodeButton(),
  vsCodeCheckbox(),
  vsCodeDropdown(),
  vsCodeOption(),
  vsCodeProgressRing(),
  vsCodeTextField(),
);

type ElementProps = JSX.HTMLAttributes<HTMLElement> & Record<string, unknown>;

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "vscode-button": ElementProps;
      "vscode-checkbox": ElementProps;
      "vscode-dropdown": ElementProps;
      "vscode-option": ElementProps;
      "vscode-progress-ring": ElementProps;
      "vscode-text-field": ElementProps;
    }
  }
}

/** The toolkit puts a label of its own ("Text field") on an element when it is connected; this one comes after it. */
function named(label: string) {
  return (element: HTMLElement | null) => element?.setAttribute("aria-label", label);
}

export interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ComponentChildren;
  readonly appearance?: "primary" | "secondary";
  readonly disabled?: boolean;
  readonly title?: string;
}

export function Button({
  onClick,
  children,
  appearance = "secondary",
  disabled = false,
  title,
}: ButtonProps) {
  return (
    <vscode-button appearance={appearance} disabled={disabled} title={title} onClick={onClick}>
      {children}
    </vscode-button>
  );
}

export interface TextFieldProps {
  /** Read by screen readers and shown as placeholder. */
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Enter. */
  readonly onSubmit?: () => void;
  readonly size?: number;
}

export function TextField({ label, value, onInput, onSubmit, size = 28 }: TextFieldProps) {
  return (
    <vscode-text-field
      ref={named(label)}
      placeholder={label}
      size={size}
      value={value}
      onInput={(event: Event) => onInput((event.target as HTMLInputElement).value)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === "Enter") onSubmit?.();
        if (event.key === "Escape" && value !== "") onInput("");
      }}
    />
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export interface DropdownProps<Value extends string> {
  readonly label: string;
  readonly choices: readonly Choice<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}

export function Dropdown<Value extends string>({ label, choices, value, onChange }: DropdownProps<Value>) {
  return (
    <vscode-dropdown
      ref={named(label)}
      title={label}
      value={value}
      onChange={(event: Event) => onChange((event.target as HTMLSelectElement).value as Value)}
    >
      {choices.map((choice) => (
        <vscode-option key={choice.value} value={choice.value} selected={choice.value === value}>
          {choice.label}
        </vscode-option>
      ))}
    </vscode-dropdown>
  );
}

export interface CheckboxProps {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Checkbox({ label, checked, onChange }: CheckboxProps) {
  return (
    <vscode-checkbox
      checked={checked}
      onChange={(event: Event) => onChange((event.target as HTMLInputElement).checked)}
    >
      {label}
    </vscode-checkbox>
  );
}

export function ProgressRing({ label }: { readonly label: string }) {
  return <vscode-progress-ring role="img" aria-label={label} />;
}
