import type { SourceFile, TransformerFactory } from 'typescript'

export function positionalCalls(
  parameters: Readonly<Record<string, readonly { readonly name: string }[]>>,
): TransformerFactory<SourceFile>
