import { parseArgs } from 'node:util'

export type Arguments =
  | { kind: 'train' }
  | { kind: 'help' }
  | { kind: 'explain'; description: string }
  | { kind: 'mistake'; sentence: string }

export const help = `Proposes tags for Debian programs: trains one linear layer under the multi-label soft
margin loss, judges it on programs it has not seen and writes out/report.html.

Usage: npm run demo [-- options]

  --explain "<description>"  the tags for a description, and the words that spoke for them; uses
                             the model of the last training (out/package-tags.json), or trains
                             one first
  --help                     this text`

// parseArgs explains itself in two sentences and a half.
function sentenceFor(error: Error): string {
  const name = error.message.match(/'(.*?)'/)?.[1] ?? ''
  if ('code' in error && error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return `There is no option ${name}; --help lists the options.`
  if ('code' in error && error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL')
    return `"${name}" is not an option; a description goes in quotes after --explain.`
  if (name.includes('--explain'))
    return '--explain needs a description in quotes: --explain "a console mail client".'
  return `${error.message}.`
}

export function readArguments(args: string[]): Arguments {
  try {
    const { values } = parseArgs({
      args,
      options: { explain: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    })
    if (values.help) return { kind: 'help' }
    if (values.explain === undefined) return { kind: 'train' }
    if (values.explain.trim() === '')
      return {
        kind: 'mistake',
        sentence: 'The description is empty: say in a few words what the program does.',
      }
    return { kind: 'explain', description: values.explain.trim() }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { kind: 'mistake', sentence: sentenceFor(error) }
  }
}
