/** What TypeScript knows, in the editor: completions, what a name is, and what is wrong. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete'
import { linter, lintGutter } from '@codemirror/lint'
import { type EditorView, hoverTooltip } from '@codemirror/view'
import type { Language } from './language.ts'

/** TypeScript's kinds under the names of CodeMirror's icons. */
const KINDS: Record<string, string> = {
  'local var': 'variable',
  var: 'variable',
  let: 'variable',
  const: 'constant',
}

export function hints(language: Language) {
  return [
    autocompletion({
      override: [(context) => completions(language, context)],
      icons: false,
      // As many as fit: a list that scrolls would be a place that no keyboard reaches.
      maxRenderedOptions: 10,
    }),
    hoverTooltip((view, at) => hover(language, view, at)),
    linter((view) => problems(language, view), { delay: 500 }),
    lintGutter(),
  ]
}

async function completions(language: Language, context: CompletionContext): Promise<CompletionResult | null> {
  // Typing is not what loads some megabytes.
  if (!language.isStarted && !context.explicit) return null
  const word = context.matchBefore(/[\w$]+/)
  const isMember = context.matchBefore(/\.\s*[\w$]*/) !== null
  const isModule = context.matchBefore(/(?:from|import)\s*\(?\s*['"][^'"]*/) !== null
  if (!word && !isMember && !isModule && !context.explicit) return null
  const from = isModule ? (context.matchBefore(/[^'"]*/)?.from ?? context.pos) : (word?.from ?? context.pos)
  const text = context.state.doc.toString()
  const at = context.pos
  const found = await language.ask('complete', { text, at }).catch(() => [])
  if (context.aborted || found.length === 0) return null
  const options = found.map(({ label, kind, order }) => ({
    label,
    type: KINDS[kind] ?? kind,
    sortText: order,
    // What stands nearer comes first: locals, then members, then globals.
    boost: -Number.parseInt(order, 10) || 0,
    info: async () => {
      const detail = await language.ask('detail', { text, at, name: label }).catch(() => null)
      return detail === null ? null : described(detail.signature, detail.documentation)
    },
  }))
  return { from, options, ...(isModule ? {} : { validFor: /^[\w$]*$/ }) }
}

async function hover(language: Language, view: EditorView, at: number) {
  if (!language.isStarted) return null
  const found = await language.ask('hover', { text: view.state.doc.toString(), at }).catch(() => null)
  if (found === null || found.signature === '') return null
  return {
    pos: found.from,
    end: found.to,
    create: () => ({ dom: described(found.signature, found.documentation) }),
  }
}

async function problems(language: Language, view: EditorView) {
  if (!language.isStarted) return []
  const found = await language.ask('check', { text: view.state.doc.toString() }).catch(() => [])
  return found.map(({ from, to, message }) => ({ from, to, message, severity: 'error' as const }))
}

function described(signature: string, documentation: string): HTMLElement {
  const box = document.createElement('div')
  box.className = 'cm-described'
  for (const [name, text] of [
    ['cm-signature', signature],
    ['cm-documentation', documentation],
  ] as const) {
    if (text === '') continue
    const part = box.appendChild(document.createElement('div'))
    part.className = name
    part.textContent = text
  }
  return box
}
