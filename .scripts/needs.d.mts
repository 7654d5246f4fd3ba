export interface Need {
  readonly uses: readonly (string | readonly string[])[];
  readonly apt: readonly string[];
  readonly why: string;
}

export interface Machine {
  has(name: string): boolean;
  /** Whether apt has a package of this name. */
  isKnown(name: string): boolean;
  /** @returns the exit status; undefined when apt cannot be run */
  apt(...args: readonly string[]): number | undefined;
}

export const needs: Readonly<Record<"browser" | "java" | "judges", readonly Need[]>>;
export function ensureNeeds(groups: readonly (keyof typeof needs)[], machine?: Machine): void;
export function findCommand(name: string): string | undefined;
export function browserPath(): string | undefined;
