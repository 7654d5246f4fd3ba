import { dictionary } from "../../../base/dictionary";
import type { TextOffset } from "./ast";

/** A form of MAT's or VisualVM's language that is refused, with why and what to write instead. */
interface ForeignForm {
  readonly pattern: RegExp;
  readonly answer: (found: string) => string;
}

/** What to write instead of VisualVM's functions in a query that is one of MAT's. */
const functionAnswers: Readonly<Record<string, string>> = dictionary({
  map: "give what it makes of each object as columns: SELECT expression AS name FROM …",
  filter: "give the condition as WHERE …",
  sort: "write ORDER BY expression [DESC]",
  top: "write ORDER BY expression DESC LIMIT n",
  unique: "write SELECT DISTINCT …",
  contains: "write WHERE … IN (SELECT …), or text.contains(…) for texts",
  concat: "write UNION (SELECT …)",
  toArray: "every result is a list of rows already",
  toHtml: "rows are shown and linked as they are",
  identical: "compare objects with =",
  refers: "write WHERE y IN (SELECT …), or read outbounds(x)",
  reachables: "write SELECT AS RETAINED SET …, or read outbounds(x)",
  livepaths: "use Why Alive, or exhume path DUMP OBJECT",
  forEachReferrer: "read inbounds(x)",
  forEachReferee: "read outbounds(x)",
});

const noJavaScript = "JavaScript of VisualVM's queries does not mix with what only MAT's have";

const forms: readonly ForeignForm[] = [
  {
    pattern: /\bimplements\b(?!\s+org\.eclipse\.mat\.snapshot\.model\.I\w+)/i,
    answer: () =>
      "IMPLEMENTS has no answer, since heap dumps (HPROF) record no interfaces; write FROM INSTANCEOF with a class, or the classes as a regular expression in quotes",
  },
  {
    pattern: /(?<![.\w$@])heap\s*\.\s*\w+/,
    answer: (found) =>
      `${noJavaScript} (${found}); write FROM class for its objects, FROM INSTANCEOF class with subclasses, FROM OBJECTS class for the class itself, FROM 0x… for an object`,
  },
  {
    pattern: /\$\{(?!\s*snapshot\s*\}\s*\.\s*(?:getClasses|getClassesByName)\s*\()/,
    answer: () =>
      `\${snapshot} has getClasses() and getClassesByName("class", true) behind FROM only; write FROM OBJECTS ".*" for the class objects`,
  },
  {
    pattern: /(?<!\$)\{/,
    answer: () => `${noJavaScript} ({…}); write columns: SELECT expression AS name, …`,
  },
  {
    pattern: /=>|(?<![.\w$@])function\b/,
    answer: (found) => `${noJavaScript} (${found}); write the expression as a column or a WHERE condition`,
  },
  {
    pattern: new RegExp(String.raw`(?<![.\w$@])(?:${Object.keys(functionAnswers).join("|")})(?=\s*\()`),
    answer: (found) => `${noJavaScript} (${found}); ${functionAnswers[found]}`,
  },
  {
    pattern: /\?/,
    answer: () => `${noJavaScript} (? :); write a WHERE condition, and UNION (SELECT …) for the other case`,
  },
];

/** The first form in a query that is known and refused; undefined when there is none. */
export function foreignFormIn(text: string): { readonly what: string; readonly at: TextOffset } | undefined {
  const code = withoutTexts(text);
  let first: { readonly what: string; readonly at: TextOffset } | undefined;
  for (const { pattern, answer } of forms) {
    const match = pattern.exec(code);
    if (match !== null && match.index < (first?.at ?? Number.POSITIVE_INFINITY)) {
      first = { what: answer(match[0]), at: match.index };
    }
  }
  return first;
}

/** Texts and comments; what is not closed goes on to the end. Alternatives begin differently, so nothing is tried twice. */
const quoted = /"(?:[^"\\]|\\[\s\S])*(?:"|$)|'(?:[^'\\]|\\[\s\S])*(?:'|$)|\/\*[\s\S]*?(?:\*\/|$)|\/\/[^\n]*/g;

/** The query with texts and comments blanked, so that what stands in them is not taken for code. */
export function withoutTexts(text: string): string {
  return text.replace(quoted, (part) => " ".repeat(part.length));
}
