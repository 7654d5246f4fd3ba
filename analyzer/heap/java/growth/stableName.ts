/** Names of classes made at run time carry a counter or an address: `X$$Lambda$14+0x0000…` becomes `X$$Lambda`. */
export function stableName(name: string): string {
  return name
    .replace(/(\$\$Lambda)[$/+][\s\S]*/, "$1")
    .replace(
      /(\$Proxy|GeneratedMethodAccessor|GeneratedConstructorAccessor|LambdaForm\$[A-Za-z_$]+)[\w/][\s\S]*/,
      "$1",
    )
    .replace(/[/+]0x[0-9a-f]+/g, "");
}
