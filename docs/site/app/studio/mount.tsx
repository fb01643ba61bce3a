import { render } from 'preact'
import { App } from './ui/app.tsx'

export function mount(element: HTMLElement): void {
  element.replaceChildren()
  render(<App />, element)
}
