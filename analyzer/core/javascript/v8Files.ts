/** Programs that have V8 in them. */
export const v8File = /\/(node|nodejs|d8|electron|code|libnode\.so)[^/]*$/i;

export function mayHaveV8({ modules }: { readonly modules: readonly { readonly path: string }[] }): boolean {
  return modules.some(({ path }) => v8File.test(path));
}
