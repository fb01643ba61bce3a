/**
 * The editor. It lives in a shadow tree: there CodeMirror adopts its styles from a script, while in a document it would write a <style>,
 * which the policy forbids.
 */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { javascript } from '@codemirror/lang-javascript'
import { bracketMatching, indentOnInput } from '@codemirror/language'
import { forceLinting } from '@codemirror/lint'
import { Annotation, EditorState, Prec, StateEffect, StateField } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view'
import { hints } from './hints.ts'
import type { Language } from './language.ts'
import { appearance } from './look.ts'
import type { Place } from './protocol.ts'

/** The line at which a program failed; null for none. It is forgotten when the program changes. */
const setFailed = StateEffect.define<number | null>()

const failed = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, docChanged, state }) {
    for (const effect of effects)
      if (effect.is(setFailed))
        return effect.value === null
          ? Decoration.none
          : Decoration.set(Decoration.line({ class: 'cm-failed' }).range(state.doc.line(effect.value).from))
    return docChanged ? Decoration.none : marks
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** A program that the page has put there, not the visitor. */
const given = Annotation.define<boolean>()

/** Escape, then Tab within two seconds moves on. CodeMirror's own does not where Escape has closed completions. */
function letTabLeave(view: EditorView): boolean {
  view.setTabFocusMode(2000)
  return false
}

/**
 * What is typed over a selection. Left to the browser, the lines that it joins get style attributes, against which the policy
 * protests.
 */
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main
  if (event.inputType !== 'insertText' || event.data === null || event.isComposing || empty) return false
  const text = event.data
  const insert = () =>
    view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true })
  const isTaken = view.state
    .facet(EditorView.inputHandler)
    .some((handle) => handle(view, from, to, text, insert))
  if (!isTaken) view.dispatch(insert())
  event.preventDefault()
  return true
}

interface Doings {
  run: () => void
  /** The visitor has typed. */
  changed: () => void
}

export class Editor {
  #view: EditorView
  #language: Language

  constructor(place: HTMLElement, language: Language, { run, changed }: Doings) {
    const root = place.attachShadow({ mode: 'open' })
    this.#language = language
    const runs = () => {
      run()
      return true
    }
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          Prec.highest(
            keymap.of([
              { key: 'Mod-Enter', run: runs },
              { key: 'Escape', run: letTabLeave },
            ]),
          ),
          lineNumbers(),
          highlightActiveLine(),
          highlightActiveLineGutter(),
          history(),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          javascript({ typescript: true }),
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
            indentWithTab,
          ]),
          EditorState.tabSize.of(2),
          EditorView.contentAttributes.of({
            tabindex: '0',
            'aria-label': 'Program. Control and Enter runs it; Escape, then Tab leaves the editor.',
          }),
          EditorView.updateListener.of(({ docChanged, transactions }) => {
            const isOurs = transactions.some((transaction) => transaction.annotation(given))
            if (docChanged && !isOurs) changed()
          }),
          hints(language),
          EditorView.domEventHandlers({ beforeinput: replaceSelected }),
          failed,
          appearance,
        ],
      }),
    })
  }

  get code(): string {
    return this.#view.state.doc.toString()
  }

  /** Another program, from a line on. Undo brings the one before it back. */
  open(insert: string, line = 1): void {
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert },
      annotations: given.of(true),
    })
    const anchor = this.#view.state.doc.line(line).from
    this.#view.dispatch({ selection: { anchor } })
    // The editor scrolls, and the page stays where it is.
    this.#view.requestMeasure({
      read: (view) => view.lineBlockAt(anchor).top,
      write: (top, { scrollDOM }) => {
        scrollDOM.scrollTop = top
      },
    })
  }

  /** TypeScript is there: problems are looked for at once. */
  async ready(): Promise<void> {
    await this.#language.ask('check', { text: this.code })
    forceLinting(this.#view)
  }

  /** Marks the line at which the program failed, or none. */
  mark(place: Place | undefined): void {
    const line = place?.line ?? 0
    const isThere = line >= 1 && line <= this.#view.state.doc.lines
    this.#view.dispatch({ effects: setFailed.of(isThere ? line : null) })
  }

  /** Puts the cursor at a place. */
  go({ line, column }: Place): void {
    const { doc } = this.#view.state
    const found = doc.line(Math.min(Math.max(line, 1), doc.lines))
    const anchor = Math.min(found.from + Math.max(column - 1, 0), found.to)
    this.#view.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    })
    this.#view.focus()
  }
}
