// The program of a worker, as a script without imports or exports: `serve`, of ts/kernels/threads/thread.ts.
import ts from 'typescript'
import { readProjectFile } from './project.mjs'

export function threadProgram() {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, removeComments: true }
  const source = readProjectFile('ts', 'kernels', 'threads', 'thread.ts')
  const { outputText } = ts.transpileModule(source, { compilerOptions })
  return outputText.replace(/^export /gm, '').trim()
}

/** Resolves `#thread?text`, for rollup and for vite. */
export const threadAsText = {
  name: 'thread-as-text',
  // Before vite looks into package.json.
  enforce: 'pre',
  resolveId: (source) => (source === '#thread?text' ? { id: source, moduleSideEffects: false } : null),
  load: (id) => (id === '#thread?text' ? `export default ${JSON.stringify(threadProgram())}` : null),
}
