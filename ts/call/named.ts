import type { NamedArgumentsOf } from './parameter.js'
import type { Signature } from './signature.js'

/** The arguments as {@link Signature.read} gives them, by their names: for callables with many options. */
export function readNamed<Texts extends readonly string[]>(
  form: Signature<Texts>,
  args: unknown[],
): NamedArgumentsOf<Texts> {
  const values: readonly unknown[] = form.read(args)
  return Object.fromEntries(form.names.map((name, i) => [name, values[i]])) as NamedArgumentsOf<Texts>
}

/** What {@link readNamed} gives for a signature. */
export type NamedArguments<Form> = Form extends Signature<infer Texts> ? NamedArgumentsOf<Texts> : never
