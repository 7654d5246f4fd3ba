import { withoutTexts } from "./foreignForms";

/** What only VisualVM's queries have. */
const ofScripts = [
  /(?<![.\w$@])heap\s*\./,
  /(?<![$])\{/,
  /=>|(?<![.\w$@])function\b/,
  /\?/,
  /(?<![.\w$@])(?:map|filter|sort|top|unique|contains|concat|toArray|toHtml|identical|refers|reachables|join|forEachReferrer|forEachReferee|referrers|referees|root|typeof)\s*\(/,
  /(?:\bwhere\b|\bselect\b|[(,&|!:=])\s*\/(?![*/])/i,
];
/** What only MAT's have. */
const ofMat =
  /@|\$\{|\b(?:like|union|distinct|objects|retained|implements|limit\s+\d|(?:group|order)\s+by|and|or|not|is\s+(?:not\s+)?null|as\s+["\w])\b|(?<![=!<>])=(?![=>])|<>/i;

/** Whether a query is one of VisualVM's JavaScript-like ones, told by what stands outside its texts and comments. */
export function isScript(text: string): boolean {
  const code = withoutTexts(text);
  const isQuery = /^\s*(?:select|$)/i.test(code);
  if (!isQuery) return /^\s*["']/.test(text) || /^\s*(?:[A-Za-z_$][\w$]*\s*[.([]|[([{/!\-+\d])/.test(code);
  const mark = ofScripts.some((pattern) => pattern.test(code));
  if (!/\bfrom\b/i.test(code)) return mark;
  return mark && !ofMat.test(code.replace(/heap\s*\.\s*objects\b/g, ""));
}
