/** What a program printed, and where it failed. */
import type { Failure, Level, Place, Printed } from './protocol.ts'

/** Of more lines the first are forgotten. */
const MOST = 1000

export class Output {
  #list: HTMLElement
  #go: (place: Place) => void
  #forgotten = 0

  constructor(list: HTMLElement, go: (place: Place) => void) {
    this.#list = list
    this.#go = go
  }

  clear(): void {
    this.#forgotten = 0
    this.#list.replaceChildren()
  }

  print(lines: Printed[], dropped: number): void {
    this.#forgotten += dropped
    this.#add(lines.map(({ level, text }) => lineOf(level, text)))
  }

  fail({ message, place }: Failure): void {
    const line = lineOf('error', '')
    if (place !== undefined) {
      const button = line.appendChild(document.createElement('button'))
      button.type = 'button'
      button.textContent = `Line ${place.line}`
      button.addEventListener('click', () => this.#go(place))
    }
    line.append(message)
    this.#add([line])
  }

  #add(lines: HTMLElement[]): void {
    const list = this.#list
    const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
    list.querySelector('.forgotten')?.remove()
    list.append(...lines)
    for (; list.childElementCount > MOST; this.#forgotten++) list.firstElementChild?.remove()
    if (this.#forgotten > 0) {
      const note = lineOf('debug', `${this.#forgotten.toLocaleString('en')} earlier lines are not kept`)
      note.classList.add('forgotten')
      list.prepend(note)
    }
    if (atEnd) list.scrollTop = list.scrollHeight
  }
}

function lineOf(level: Level, text: string): HTMLElement {
  const line = document.createElement('div')
  line.className = `printed ${level}`
  line.textContent = text
  return line
}
