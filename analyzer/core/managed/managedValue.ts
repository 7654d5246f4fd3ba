/** A value of a language runtime, in words of its language. Parts are read when they are asked for. */
export interface ManagedValue {
  readonly type: string;
  /** One line. */
  readonly text: string;
  readonly address?: bigint;
  /** Why there is nothing to show. */
  readonly missing?: ManagedAbsence;
  readonly parts?: ManagedParts;
}

export interface ManagedAbsence {
  readonly missing: "optimizedOut" | "absent";
  readonly why: string;
}

export interface ManagedPart {
  readonly name: string;
  readonly value: ManagedValue;
  /** How an expression of the language gets from the whole to this part, e.g. `.price`, `[3]`. */
  readonly access?: string;
}

/** Read in pages: a list can have millions of elements. */
export interface ManagedParts {
  readonly count: number;
  /** Elements of a sequence, numbered from 0. */
  readonly isIndexed: boolean;
  page(start: number, count: number): ManagedPart[];
}

export interface ManagedVariable {
  readonly name: string;
  readonly value: ManagedValue;
  readonly isArgument: boolean;
}
