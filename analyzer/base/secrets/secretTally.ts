import { maskedValue } from "./maskedValue";
import type { SecretKind } from "./secretKinds";

/** Who holds what was found: a class and its field, a region of a process, a part of a text. */
export interface SecretHolder {
  readonly holder: string;
  readonly field?: string;
  /** It is a number, not a text. */
  readonly isNumber?: true;
}

/** Secrets of one kind with one holder. */
export interface SecretFinding<Place> extends SecretHolder {
  readonly kind: SecretKind;
  readonly count: number;
  /** One of them with its first and last character at most. */
  readonly masked: string;
  readonly length: number;
  /** Of that one. */
  readonly place: Place;
}

/** What a scan of any dump tells. */
export interface SecretScan<Place> {
  /** Texts that were looked through. */
  readonly texts: number;
  /** Longer ones were looked through only at their beginning. */
  readonly cutTexts: number;
  readonly findings: readonly SecretFinding<Place>[];
  /** Findings of holders beyond those that are kept apart. */
  readonly notKept: number;
}

/** Kinds and holders that are kept apart. */
export const mostSecretRows = 20_000;

/** Counts findings by kind and holder; of each the first stands for all. Values are masked at once. */
export class SecretTally<Place> {
  private readonly byHolder = new Map<string, { finding: SecretFinding<Place>; count: number }>();
  private left = 0;

  /** Findings of holders there was no row for. */
  get notKept(): number {
    return this.left;
  }

  add(kind: SecretKind, value: string, { holder, field, isNumber }: SecretHolder, place: Place): void {
    const key = `${kind}\0${holder}\0${field ?? ""}`;
    const known = this.byHolder.get(key);
    if (known !== undefined) {
      known.count++;
      return;
    }
    if (this.byHolder.size >= mostSecretRows) {
      this.left++;
      return;
    }
    const finding: SecretFinding<Place> = {
      kind,
      holder,
      ...(field === undefined ? {} : { field }),
      ...(isNumber === undefined ? {} : { isNumber }),
      count: 1,
      masked: maskedValue(value),
      length: value.length,
      place,
    };
    this.byHolder.set(key, { finding, count: 1 });
  }

  /** By kind, most first. */
  findings(): SecretFinding<Place>[] {
    return [...this.byHolder.values()]
      .map(({ finding, count }) => ({ ...finding, count }))
      .sort((a, b) => (a.kind === b.kind ? b.count - a.count : a.kind < b.kind ? -1 : 1));
  }
}
