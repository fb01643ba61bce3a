/** TypeScript's language service over one program and the declarations of softmargin: hints, problems, and JavaScript to run. */
import { createSystem, createVirtualTypeScriptEnvironment } from '@typescript/vfs'
import blankSpace from 'ts-blank-space'
import ts from 'typescript'
import type { Answered, Asked, Completion, Description, Opened, Problem, Questions } from './protocol.ts'

const PROGRAM = '/program.ts'
const FILES = '/files.d.ts'

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts', 'lib.webworker.d.ts'],
  types: [],
  strict: true,
  // People try things: a parameter needs no type.
  noImplicitAny: false,
  noImplicitOverride: false,
  skipLibCheck: true,
  // Types are blanked out, nothing is translated.
  erasableSyntaxOnly: true,
  verbatimModuleSyntax: true,
  noEmit: true,
}

type Environment = ReturnType<typeof createVirtualTypeScriptEnvironment>

let environment: Promise<Environment> | undefined

async function prepare(types: string): Promise<Environment> {
  const response = await fetch(types)
  if (!response.ok) throw new Error(`${types} is not there (${response.status})`)
  const files = new Map(Object.entries((await response.json()) as Record<string, string>))
  files.set(PROGRAM, ' ')
  return createVirtualTypeScriptEnvironment(createSystem(files), [PROGRAM, FILES], ts, OPTIONS)
}

/** The service, with the program as it is now. */
async function serviceFor(text: string): Promise<ts.LanguageService> {
  if (environment === undefined) throw new Error('the types have not been named')
  const { languageService, updateFile, getSourceFile } = await environment
  // An empty file would be none.
  const content = text === '' ? ' ' : text
  if (getSourceFile(PROGRAM)?.text !== content) updateFile(PROGRAM, content)
  return languageService
}

const answers: { [Q in keyof Questions]: (ask: Questions[Q]['ask']) => Promise<Questions[Q]['answer']> } = {
  async complete({ text, at }) {
    const service = await serviceFor(text)
    const found = service.getCompletionsAtPosition(PROGRAM, at, {})
    return (found?.entries ?? [])
      .filter(({ kind }) => kind !== ts.ScriptElementKind.warning)
      .map(({ name, kind, sortText }): Completion => ({ label: name, kind, order: sortText }))
  },
  async detail({ text, at, name }) {
    const service = await serviceFor(text)
    const found = service.getCompletionEntryDetails(PROGRAM, at, name, {}, undefined, {}, undefined)
    return found === undefined ? null : describe(found)
  },
  async hover({ text, at }) {
    const service = await serviceFor(text)
    const found = service.getQuickInfoAtPosition(PROGRAM, at)
    if (found === undefined) return null
    const { start, length } = found.textSpan
    return { from: start, to: start + length, ...describe(found) }
  },
  async check({ text }) {
    const service = await serviceFor(text)
    return problemsOf(text, [
      ...service.getSyntacticDiagnostics(PROGRAM),
      ...service.getSemanticDiagnostics(PROGRAM),
    ])
  },
  async compile({ text, modules }) {
    const service = await serviceFor(text)
    const problems = problemsOf(text, service.getSyntacticDiagnostics(PROGRAM))
    if (problems.length > 0) return { problems }
    const fault = (node: ts.Node, message: string) =>
      problems.push(problemAt(text, node.getStart(source), node.getEnd(), message))
    const source = ts.createSourceFile(PROGRAM, text, ts.ScriptTarget.ES2022)
    let code = blankSpace(text, (node) =>
      fault(
        node,
        'Types are left out, nothing is translated: enum, namespace and parameter properties do not run here.',
      ),
    )
    // From the last: places before it stay. A name that was blanked out belonged to a type.
    for (const name of namesOf(source).reverse()) {
      const [from, to] = [name.getStart(source), name.getEnd()]
      if (code.slice(from, to) !== text.slice(from, to)) continue
      const address = Object.hasOwn(modules, name.text) ? modules[name.text] : undefined
      if (address === undefined)
        fault(name, `No module “${name.text}” here: there are ${Object.keys(modules).join(', ')}.`)
      else code = code.slice(0, from) + JSON.stringify(address) + code.slice(to)
    }
    return problems.length > 0 ? { problems } : { code }
  },
}

/** The names of modules that a program imports, in order. */
function namesOf(source: ts.SourceFile): ts.StringLiteralLike[] {
  const names: ts.StringLiteralLike[] = []
  const visit = (node: ts.Node): void => {
    const named =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : undefined
    if (named !== undefined && ts.isStringLiteralLike(named)) names.push(named)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

function describe(info: {
  displayParts?: ts.SymbolDisplayPart[]
  documentation?: ts.SymbolDisplayPart[]
}): Omit<Description, 'from' | 'to'> {
  return {
    signature: ts.displayPartsToString(info.displayParts).replace(/\n(?:import|export) [\w.]+$/, ''),
    documentation: flowing(ts.displayPartsToString(info.documentation)),
  }
}

/** Comments have the width of the code; what shows them has its own. */
const flowing = (text: string): string =>
  text
    .split('\n\n')
    .map((paragraph) => paragraph.replaceAll('\n', ' '))
    .join('\n\n')

const problemsOf = (text: string, diagnostics: ts.Diagnostic[]): Problem[] =>
  diagnostics.map(({ start = 0, length = 0, messageText }) =>
    problemAt(text, start, start + length, ts.flattenDiagnosticMessageText(messageText, '\n')),
  )

function problemAt(text: string, start: number, end: number, message: string): Problem {
  const from = Math.min(start, text.length)
  const before = text.slice(0, from).split('\n')
  const column = (before.at(-1)?.length ?? 0) + 1
  return { from, to: Math.min(Math.max(end, from), text.length), line: before.length, column, message }
}

addEventListener('message', async ({ data }: MessageEvent<Opened | Asked>) => {
  if ('types' in data) {
    environment = prepare(data.types)
    // Whoever asks is told.
    environment.catch(() => {})
    return
  }
  const { id, question, ask } = data
  const reply = (answered: Answered) => postMessage(answered)
  try {
    const answer = answers[question] as (ask: unknown) => Promise<unknown>
    reply({ id, answer: await answer(ask) })
  } catch (error) {
    reply({ id, fault: error instanceof Error ? error.message : String(error) })
  }
})
