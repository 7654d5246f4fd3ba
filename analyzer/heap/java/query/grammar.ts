/**
 * The query language in Peggy's notation (https://peggyjs.org). It takes what users of Eclipse MAT and VisualVM type;
 * README.md beside it says what every part means. Keywords in any case. Every node carries its position.
 */
export const grammar = String.raw`
{{
  function chain(head, tail) {
    return tail.reduce((left, [at, operator, right]) => ({ node: "binary", operator, left, right, at }), head);
  }
}}

Start = _ query:Query _ ";"? _ { return query; }

Query
  = "select"i !Word _ flags:Flags select:Select _ "from"i !Word _ from:From alias:Alias?
    where:Where? group:GroupBy? order:OrderBy? limit:Limit? union:Union* {
      return { ...flags, ...from, select, alias, where, groupBy: group ?? [], orderBy: order ?? [],
        limit, union };
    }

Flags
  = distinct:(value:"distinct"i !Word _ { return value; })?
    retained:("as"i !Word _ "retained"i !Word _ "set"i !Word _)?
    objects:("objects"i !Word _)? {
      return { distinct: distinct !== null, retainedSet: retained !== null, objects: objects !== null };
    }

Select
  = "*" { return []; }
  / head:SelectItem tail:(_ "," _ item:SelectItem { return item; })* { return [head, ...tail]; }

SelectItem
  = expression:Expression name:(_ "as"i !Word _ name:(Name / String) { return name; })? {
      return { expression, name: name ?? text().trim() };
    }

From
  = "objects"i !Word _ source:ObjectSource { return { instanceOf: false, classObjects: true, from: source }; }
  / instanceOf:("instanceof"i !Word _)? source:Source { return { instanceOf: instanceOf !== null, classObjects: false, from: source }; }

Source
  = "(" _ query:Query _ ")" { return { source: "query", query }; }
  / ObjectSource
  / pattern:String { return { source: "pattern", pattern, at: offset() }; }
  / name:ClassName { return { source: "class", name, at: offset() }; }

ObjectSource
  = head:Address tail:(_ "," _ id:Address { return id; })* {
      return { source: "objects", ids: [head, ...tail], at: offset() };
    }
  / "(" _ query:Query _ ")" { return { source: "query", query }; }
  / pattern:String { return { source: "pattern", pattern, at: offset() }; }
  / name:ClassName { return { source: "class", name, at: offset() }; }

Address "object id" = "0x"i digits:$[0-9a-f]i+ { return BigInt("0x" + digits); }

ClassName "class name"
  = !(Keyword !Word) name:$([A-Za-z_$*] [A-Za-z0-9_$*]* ("." [A-Za-z_$*] [A-Za-z0-9_$/+*]*)* ("[]")*) { return name; }

Alias = _ !(Keyword !Word) name:Identifier { return name; }
Where = _ "where"i !Word _ expression:Expression { return expression; }
GroupBy = _ "group"i !Word _ "by"i !Word _ head:Expression tail:(_ "," _ e:Expression { return e; })* {
  return [head, ...tail];
}
OrderBy = _ "order"i !Word _ "by"i !Word _ head:OrderItem tail:(_ "," _ item:OrderItem { return item; })* {
  return [head, ...tail];
}
OrderItem = expression:Expression direction:(_ word:("desc"i / "asc"i) !Word { return word.toLowerCase(); })? {
  return { expression, descending: direction === "desc" };
}
Limit = _ "limit"i !Word _ count:$[0-9]+ { return Number(count); }
Union = _ "union"i !Word _ "(" _ query:Query _ ")" { return query; }
  / _ "union"i !Word _ query:Query { return query; }

Expression "expression" = Or
Or = head:And tail:(_ at:At ("or"i !Word / "||") _ right:And { return [at, "or", right]; })* {
  return chain(head, tail);
}
And = head:Not tail:(_ at:At ("and"i !Word / "&&") _ right:Not { return [at, "and", right]; })* {
  return chain(head, tail);
}
Not
  = at:At ("not"i !Word / "!" !"=") _ operand:Not { return { node: "not", operand, at }; }
  / Comparison

Comparison
  = operand:Sum _ at:At negated:("not"i !Word _)? "in"i !Word _ values:InValues {
      return { node: "in", operand, values, negated: negated !== null, at };
    }
  / operand:Sum _ at:At "instanceof"i !Word _ className:(ClassName / String) {
      return { node: "instanceof", operand, className, at };
    }
  / left:Sum _ at:At "is"i !Word _ negated:("not"i !Word _)? "null"i !Word {
      return { node: "binary", operator: negated === null ? "=" : "!=", left,
        right: { node: "literal", value: null, at }, at };
    }
  / left:Sum _ at:At operator:ComparisonOperator _ right:Sum { return { node: "binary", operator, left, right, at }; }
  / Sum

InValues
  = "(" _ query:Query _ ")" { return query; }
  / "(" _ head:Expression tail:(_ "," _ value:Expression { return value; })* _ ")" { return [head, ...tail]; }

ComparisonOperator "comparison"
  = "===" { return "="; } / "==" { return "="; } / "!==" { return "!="; } / "!=" / "<>" { return "!="; }
  / "<=" / ">=" / "<" / ">" / "=" 
  / "not"i !Word _ "like"i !Word { return "not like"; }
  / "like"i !Word { return "like"; }

Sum = head:Product tail:(_ at:At operator:[+-] _ right:Product { return [at, operator, right]; })* {
  return chain(head, tail);
}
Product = head:Unary tail:(_ at:At operator:[*/%] _ right:Unary { return [at, operator, right]; })* {
  return chain(head, tail);
}
Unary
  = at:At "-" _ operand:Unary { return { node: "negative", operand, at }; }
  / Postfix

Postfix = head:Primary tail:Suffix* {
  return tail.reduce((of, suffix) => ({ ...suffix, of }), head);
}
Suffix
  = _ "." _ at:At "@" name:Identifier { return { node: "attribute", name, at }; }
  / _ "." _ at:At name:Identifier _ "(" _ parameters:Parameters _ ")" { return { node: "call", name, parameters, at }; }
  / _ "." _ at:At name:Identifier { return { node: "field", name, at }; }
  / _ at:At "[" _ index:Expression _ "]" { return { node: "element", index, at }; }

Primary
  = "(" _ expression:Expression _ ")" { return expression; }
  / at:At "@" name:Identifier { return { node: "attribute", of: null, name, at }; }
  / at:At value:String { return { node: "literal", value, at }; }
  / at:At value:Number { return { node: "literal", value, at }; }
  / at:At word:("true"i / "false"i / "null"i) !Word {
      return { node: "literal", value: { true: true, false: false, null: null }[word.toLowerCase()], at };
    }
  / at:At name:Identifier _ "(" _ parameters:Parameters _ ")" { return { node: "call", of: null, name, parameters, at }; }
  / at:At name:Identifier { return { node: "name", name, at }; }

Parameters
  = "*" { return []; }
  / head:Expression tail:(_ "," _ expression:Expression { return expression; })* { return [head, ...tail]; }
  / "" { return []; }

At = "" { return offset(); }

Number "number"
  = "0x"i digits:$[0-9a-f]i+ [lL]? { return BigInt("0x" + digits); }
  / digits:$([0-9]+ "." [0-9]+ ("e"i [+-]? [0-9]+)?) [fFdD]? { return Number(digits); }
  / digits:$[0-9]+ [lL]? { return digits.length > 15 ? BigInt(digits) : Number(digits); }

String "text"
  = '"' characters:DoubleCharacter* '"' { return characters.join(""); }
  / "'" characters:SingleCharacter* "'" { return characters.join(""); }
DoubleCharacter = "\\" escaped:["\\] { return escaped; } / [^"]
SingleCharacter = "\\" escaped:['\\] { return escaped; } / [^']

Name = Identifier
Identifier "name" = !(Keyword !Word) name:$([A-Za-z_$] [A-Za-z0-9_$]*) { return name; }
Word = [A-Za-z0-9_$]
Keyword
  = ("select"i / "from"i / "where"i / "instanceof"i / "and"i / "or"i / "not"i / "like"i / "in"i / "as"i / "union"i
    / "order"i / "group"i / "by"i / "limit"i / "distinct"i / "desc"i / "asc"i / "is"i / "null"i / "true"i / "false"i)

_ "space" = ([ \t\r\n] / "/*" (!"*/" .)* "*/" / "//" [^\n]*)*
`;
