/** The switch between the system's colours, light and dark. theme.js has set what was stored before the first paint. */

const KEY = 'softmargin-theme'

const words = { system: 'as the system', light: 'light', dark: 'dark' } as const

type Theme = keyof typeof words

const order: Theme[] = ['system', 'light', 'dark']

/** Called when the colours have changed, by the switch or by the system: what is drawn on a canvas is drawn anew. */
export function onColours(listener: () => void): void {
  document.addEventListener('softmargin:colours', listener)
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener)
}

export function prepareTheme(): void {
  const button = document.getElementById('theme')
  if (button === null) return
  const root = document.documentElement
  let theme = (root.dataset.theme as Theme | undefined) ?? 'system'
  const show = () => {
    if (theme === 'system') delete root.dataset.theme
    else root.dataset.theme = theme
    button.setAttribute('aria-label', `Colours: ${words[theme]}`)
    button.title = `Colours: ${words[theme]}`
  }
  show()
  button.addEventListener('click', () => {
    theme = order[(order.indexOf(theme) + 1) % order.length] as Theme
    show()
    store(theme)
    document.dispatchEvent(new Event('softmargin:colours'))
  })
}

function store(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, theme)
  } catch {
    // Storage is refused: the choice lasts as long as the page.
  }
}
