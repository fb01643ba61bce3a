/** The page: snippets, the editor, what it prints. */
import { Editor } from './editor.ts'
import { Language } from './language.ts'
import { Output } from './output.ts'
import { type Listener, Program } from './program.ts'
import { pack, unpack } from './share.ts'

interface Snippet {
  id: string
  group: string
  title: string
  code: string
  /** Where what is new in it begins. */
  line: number
}

interface Contents {
  /** Addresses of the modules that a program may import, relative to the folder of the playground. */
  modules: Record<string, string>
  snippets: Snippet[]
}

const DRAFT = 'softmargin-playground'

/** The page is there to be read and typed in before TypeScript is loaded. */
const PATIENCE = 800

const folder = new URL(`${document.documentElement.dataset.root}playground/`, document.baseURI)

export async function mount(place: HTMLElement): Promise<void> {
  const find = <T extends HTMLElement>(id: string) => place.querySelector(`#${id}`) as T
  const [run, stop, share] = ['run', 'stop', 'share'].map((id) => find<HTMLButtonElement>(id)) as [
    HTMLButtonElement,
    HTMLButtonElement,
    HTMLButtonElement,
  ]
  const choice = find<HTMLSelectElement>('snippet')
  const status = find('status')
  const say = (text: string) => {
    status.textContent = text
  }

  const language = new Language(new URL('types.json', folder))
  const editor = new Editor(find('editor'), language, { run: () => start(), changed: () => changed() })
  const output = new Output(find('output'), (at) => editor.go(at))
  const contents = await load()
  if (contents === undefined) return say('The snippets could not be loaded. Load the page again.')
  const { snippets } = contents
  const modules = Object.fromEntries(
    Object.entries(contents.modules).map(([name, path]) => [name, new URL(path, folder).href]),
  )
  const thread = new URL('softmargin/thread.js', folder).href
  offer(choice, snippets)
  /** What a visitor types is kept, and no longer the snippet. */
  const changed = () => {
    keep(editor.code)
    choice.value = ''
  }

  let program: Program | undefined
  /** Counts the runs: what an earlier one still says is not heard. */
  let runs = 0
  let began = 0

  function halt(): void {
    runs += 1
    program?.end()
    program = undefined
  }

  function running(isRunning: boolean): void {
    stop.disabled = !isRunning
    place.classList.toggle('running', isRunning)
  }

  async function start(): Promise<void> {
    halt()
    const mine = runs
    output.clear()
    editor.mark(undefined)
    running(true)
    say(isReady ? 'Compiling' : 'Loading TypeScript, some megabytes, once')
    const compiled = await language
      .ask('compile', { text: editor.code, modules })
      .catch((error: Error) => error)
    if (mine !== runs) return
    if (compiled instanceof Error) {
      output.fail({ message: compiled.message })
      say('It did not run.')
      return running(false)
    }
    if ('problems' in compiled) {
      for (const problem of compiled.problems) output.fail({ message: problem.message, place: problem })
      editor.mark(compiled.problems[0])
      say('It did not run: it is no program yet.')
      return running(false)
    }
    let failures = 0
    let isSilent = true
    let time: string | undefined
    /** A promise may be rejected after the last line has run. */
    const sayEnd = () => {
      if (time === undefined) return
      if (failures > 0) say(`It failed after ${time}.`)
      else say(isSilent ? `It ended after ${time}, and printed nothing.` : `It ended after ${time}.`)
    }
    began = performance.now()
    say('Running')
    const heard =
      <T extends unknown[]>(act: (...values: T) => void) =>
      (...values: T) => {
        if (mine === runs) act(...values)
      }
    const listener: Listener = {
      printed: heard((lines, dropped) => {
        isSilent = false
        output.print(lines, dropped)
      }),
      cleared: heard(() => output.clear()),
      failed: heard((failure) => {
        failures += 1
        output.fail(failure)
        if (failures === 1) editor.mark(failure.place)
        sayEnd()
      }),
      ended: heard((milliseconds) => {
        running(false)
        time = seconds(milliseconds)
        sayEnd()
      }),
    }
    try {
      program = new Program(compiled.code, thread, listener)
    } catch (error) {
      listener.failed({ message: String(error) })
      listener.ended(0)
    }
  }

  run.addEventListener('click', () => start())
  stop.addEventListener('click', () => {
    halt()
    running(false)
    say(began > 0 ? `Stopped after ${seconds(performance.now() - began)}.` : 'Stopped.')
    run.focus()
  })
  share.addEventListener('click', async () => {
    try {
      const link = new URL(location.href)
      link.hash = `code=${await pack(editor.code)}`
      history.replaceState(null, '', link)
      await navigator.clipboard.writeText(link.href).then(
        () => say('The link is copied, and stands in the address bar.'),
        () => say('The link stands in the address bar.'),
      )
    } catch (error) {
      say(`No link: ${(error as Error).message}.`)
    }
  })
  choice.addEventListener('change', () => {
    if (choice.value !== '') {
      location.hash = `snippet=${choice.value}`
      return
    }
    history.replaceState(null, '', location.pathname + location.search)
    open()
  })

  const show = (snippet: Snippet | undefined) => {
    editor.open(snippet?.code ?? '', snippet?.line)
    choice.value = snippet?.id ?? ''
  }

  let isReady = false
  /** What the address asks for: a snippet of the docs, or a program that came with the link. */
  async function open(): Promise<void> {
    const [kind, value = ''] = location.hash.slice(1).split('=')
    try {
      if (kind === 'code') {
        editor.open(await unpack(value))
        choice.value = ''
        say('This program came with the link. Read it before you run it.')
      } else if (kind === 'snippet') {
        const asked = snippets.find(({ id }) => id === value)
        show(asked ?? snippets[0])
        say(asked === undefined ? 'The docs have no such snippet; this is the first one.' : '')
      } else {
        const draft = kept()
        if (draft === undefined) show(snippets[0])
        else {
          editor.open(draft)
          choice.value = ''
        }
        say('')
      }
    } catch {
      show(snippets[0])
      say('The link holds no program: it may have been cut short.')
    }
    halt()
    output.clear()
    running(false)
  }
  await open()
  addEventListener('hashchange', () => open())
  for (const button of [run, share]) button.disabled = false

  setTimeout(async () => {
    language.start()
    await editor.ready().catch(() => {})
    isReady = true
    place.classList.add('ready')
  }, PATIENCE)
}

const seconds = (milliseconds: number): string =>
  milliseconds < 1000 ? `${milliseconds.toFixed(0)} ms` : `${(milliseconds / 1000).toFixed(1)} s`

async function load(): Promise<Contents | undefined> {
  try {
    const response = await fetch(new URL('contents.json', folder))
    return response.ok ? ((await response.json()) as Contents) : undefined
  } catch {
    return undefined
  }
}

/** The snippets, by page; the first choice is a program of one's own. */
function offer(choice: HTMLSelectElement, snippets: Snippet[]): void {
  const own = new Option('Your own', '')
  const groups = new Map<string, HTMLOptGroupElement>()
  for (const { id, group, title } of snippets) {
    const found = groups.get(group) ?? document.createElement('optgroup')
    found.label = group
    found.append(new Option(title, id))
    groups.set(group, found)
  }
  choice.replaceChildren(own, ...groups.values())
}

function keep(code: string): void {
  try {
    localStorage.setItem(DRAFT, code)
  } catch {
    // Storage is refused or full: the program lasts as long as the page.
  }
}

function kept(): string | undefined {
  try {
    return localStorage.getItem(DRAFT) ?? undefined
  } catch {
    return undefined
  }
}
