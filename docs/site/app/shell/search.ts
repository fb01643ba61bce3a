/** Search over all pages of text, by Pagefind's index, which is loaded when a visitor first searches. */
import './search.css'

interface Found {
  url: string
  meta: { title?: string }
  excerpt: string
  sub_results: { title: string; url: string; excerpt: string }[]
}

interface Pagefind {
  options: (options: object) => Promise<void>
  init: () => Promise<void>
  debouncedSearch: (
    text: string,
    options?: object,
    wait?: number,
  ) => Promise<{ results: { data: () => Promise<Found> }[] } | null>
}

const SHOWN = 12

const root = (): string => new URL(document.documentElement.dataset.root ?? './', document.baseURI).href

let index: Promise<Pagefind> | undefined

async function open(): Promise<Pagefind> {
  // In a variable: it is no module of this bundle.
  const address = `${root()}pagefind/pagefind.js`
  const pagefind = (await import(/* @vite-ignore */ address)) as Pagefind
  await pagefind.options({ excerptLength: 18, baseUrl: new URL(root()).pathname })
  await pagefind.init()
  return pagefind
}

export function prepareSearch(): void {
  const button = document.getElementById('search')
  if (button === null) return
  const dialog = new SearchDialog()
  document.body.append(dialog.element)
  button.addEventListener('click', () => dialog.show())
  document.addEventListener('keydown', (event) => {
    // Also in a shadow tree, which the playground's editor is.
    const [target] = event.composedPath() as Element[]
    const isTyping = target?.closest?.('input, textarea, select, [contenteditable]') != null
    const isAsked = event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey
    if (!isAsked && !(event.key === 'k' && (event.ctrlKey || event.metaKey))) return
    event.preventDefault()
    dialog.show()
  })
}

class SearchDialog {
  readonly element = document.createElement('dialog')
  #input: HTMLInputElement
  #results: HTMLElement
  #status: HTMLElement

  constructor() {
    this.element.className = 'search-dialog'
    this.element.setAttribute('aria-label', 'Search')
    this.element.innerHTML = `<form method="dialog"><label class="visually-hidden" for="search-input">Search the docs</label>
<input id="search-input" type="search" class="field" placeholder="Search the docs" autocomplete="off" spellcheck="false">
<button class="button">Close</button></form>
<p class="search-status" role="status"></p><ol class="search-results"></ol>`
    this.#input = this.element.querySelector('input') as HTMLInputElement
    this.#results = this.element.querySelector('ol') as HTMLElement
    this.#status = this.element.querySelector('.search-status') as HTMLElement
    this.#input.addEventListener('input', () => this.#search())
    this.#input.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return
      event.preventDefault()
      this.#results.querySelector('a')?.click()
    })
    this.element.addEventListener('keydown', (event) => this.#walk(event))
    this.element.addEventListener('click', (event) => {
      // On the backdrop, or on a link to a place of this page.
      if (event.target === this.element || (event.target as Element).closest('a') !== null)
        this.element.close()
    })
  }

  show(): void {
    if (!this.element.open) this.element.showModal()
    this.#input.select()
    index ??= open()
    index.catch(() => {
      index = undefined
      this.#status.textContent = 'The index could not be loaded.'
    })
  }

  #walk(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const stops = [this.#input, ...this.#results.querySelectorAll('a')]
    const at = stops.indexOf(document.activeElement as HTMLInputElement)
    stops[Math.min(Math.max(at + step, 0), stops.length - 1)]?.focus()
  }

  async #search(): Promise<void> {
    const text = this.#input.value.trim()
    if (text === '') return this.#write('', [])
    try {
      // Null: something newer has been typed.
      const search = await (await index)?.debouncedSearch(text, {}, 120)
      if (!search) return
      const found = await Promise.all(search.results.slice(0, SHOWN).map((result) => result.data()))
      if (text !== this.#input.value.trim()) return
      const { length } = search.results
      this.#write(
        length === 0 ? `Nothing about “${text}”.` : `${length} page${length === 1 ? '' : 's'}`,
        found,
      )
    } catch {
      this.#status.textContent = 'The index could not be loaded.'
    }
  }

  #write(status: string, found: Found[]): void {
    this.#status.textContent = status
    this.#results.replaceChildren(...found.map(itemOf))
  }
}

function itemOf({ url, meta, excerpt, sub_results }: Found): HTMLElement {
  const item = document.createElement('li')
  const link = document.createElement('a')
  const best = sub_results[0]
  link.href = best?.url ?? url
  const title = document.createElement('b')
  title.textContent = meta.title ?? url
  link.append(title)
  if (best !== undefined && best.title !== meta.title) link.append(` · ${best.title}`)
  const text = document.createElement('span')
  // Pagefind's: escaped text with <mark>.
  text.innerHTML = best?.excerpt ?? excerpt
  link.append(text)
  item.append(link)
  return item
}
