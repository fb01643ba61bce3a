/** The tags by facet, each with its probability, lit where that is above the threshold. */
import type { FromWorker } from './messages.ts'

type Verdict = Extract<FromWorker, { kind: 'tags' }>

interface Item {
  element: HTMLElement
  bar: HTMLElement
  value: HTMLElement
}

export class Tags {
  #list: HTMLElement
  #verdict: HTMLElement
  #items: Item[] = []
  #labels: string[] = []

  constructor(list: HTMLElement, verdict: HTMLElement) {
    this.#list = list
    this.#verdict = verdict
  }

  /** Once, when the labels are known. */
  name(labels: string[]): void {
    if (this.#items.length > 0) return
    this.#labels = labels
    this.#list.replaceChildren()
    const groups = new Map<string, HTMLElement>()
    labels.forEach((label) => {
      const [facet = '', name = ''] = label.split('::')
      const group = groups.get(facet) ?? this.#group(facet)
      groups.set(facet, group)
      const element = document.createElement('li')
      element.innerHTML = `<span class="name"></span><span class="bar" aria-hidden="true"><i></i></span><span class="value">–</span>`
      const [nameElement, bar, value] = ['.name', 'i', '.value'].map((part) => element.querySelector(part))
      ;(nameElement as HTMLElement).textContent = name
      group.append(element)
      this.#items.push({ element, bar: bar as HTMLElement, value: value as HTMLElement })
    })
  }

  #group(facet: string): HTMLElement {
    const item = document.createElement('li')
    item.className = 'facet'
    const list = document.createElement('ul')
    list.setAttribute('aria-label', facet)
    const title = document.createElement('span')
    title.textContent = facet
    item.append(title, list)
    this.#list.append(item)
    return list
  }

  show({ text, probabilities, threshold, unknown }: Verdict): void {
    const known = probabilities.length > 0
    const lit: string[] = []
    this.#items.forEach(({ element, bar, value }, tag) => {
      const probability = probabilities[tag] ?? 0
      const isLit = known && probability > threshold
      element.classList.toggle('lit', isLit)
      bar.style.transform = `scaleX(${probability.toFixed(4)})`
      value.textContent = known ? probability.toFixed(2) : '–'
      if (isLit) lit.push((this.#labels[tag] ?? '').replace('::', ' '))
    })
    const sentence = sentenceOf(text, known, lit, unknown)
    // A status is read aloud at every change: not at those of the numbers.
    if (this.#verdict.textContent !== sentence) this.#verdict.textContent = sentence
  }
}

function sentenceOf(text: string, known: boolean, lit: string[], unknown: string[]): string {
  if (text === '') return 'Say in a few words what the program does.'
  if (!known) return 'The model knows none of these words: say in plain English what the program does.'
  const found = lit.length > 0 ? `${lit.join(', ')}.` : 'No tag is likely enough.'
  return unknown.length > 0 ? `${found} Unknown to the model: ${unknown.join(', ')}.` : found
}
