import { splitClassName } from "../format";

/** A class name with its package dimmed, so that the name itself is what one reads first. */
export function ClassLabel({ name }: { readonly name: string }) {
  const [prefix, simple] = splitClassName(name);
  return (
    <span class="class-name" translate={false}>
      <span class="package">{prefix}</span>
      {simple}
    </span>
  );
}
