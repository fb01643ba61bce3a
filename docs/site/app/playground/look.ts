/** The editor in the colours of the design, whose names reach into its shadow tree. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--code-number)' },
  { tag: tags.function(tags.variableName), color: 'var(--code-function)' },
  { tag: tags.function(tags.propertyName), color: 'var(--code-function)' },
  { tag: [tags.typeName, tags.className], color: 'var(--code-function)' },
  { tag: tags.comment, color: 'var(--code-comment)' },
])

const raised = {
  background: 'var(--paper)',
  color: 'var(--ink)',
  border: '1px solid var(--line-2)',
  borderRadius: 'var(--radius)',
}

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', background: 'var(--paper-2)', fontSize: '0.83rem' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '1px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overflow: 'auto' },
  '.cm-content': { padding: '0.75rem 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 1rem 0 0.5rem' },
  '.cm-gutters': { background: 'var(--paper-2)', color: 'var(--ink-3)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { background: 'var(--paper-3)' },
  '.cm-line::selection, .cm-line ::selection': { background: 'var(--accent-soft)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
    background: 'none',
    outline: '1px solid var(--line-2)',
  },
  '.cm-failed': {
    background: 'color-mix(in srgb, var(--accent-soft) 45%, var(--paper-2))',
    boxShadow: 'inset 3px 0 var(--bad)',
  },
  '.cm-tooltip': { ...raised, maxWidth: 'min(34rem, 92vw)', fontSize: '0.8rem', lineHeight: '1.45' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--mono)',
    maxHeight: 'none',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.15rem 0.5rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--ink)',
    color: 'var(--paper)',
  },
  '.cm-tooltip.cm-completionInfo': { ...raised, padding: '0' },
  '.cm-described': { padding: '0.5rem 0.75rem', maxHeight: '16rem', overflow: 'auto' },
  '.cm-signature': { fontFamily: 'var(--mono)', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  '.cm-documentation': { marginTop: '0.4rem', whiteSpace: 'pre-wrap', color: 'var(--ink-2)' },
  '.cm-diagnostic': { padding: '0.4rem 0.75rem', whiteSpace: 'pre-wrap', borderLeft: '3px solid var(--bad)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--bad)',
    textDecorationSkipInk: 'none',
    textUnderlineOffset: '3px',
  },
})

export const appearance = [look, syntaxHighlighting(colours)]
