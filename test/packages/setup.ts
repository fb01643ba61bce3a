/** Packs the package and installs the tarball, once for all tests of it, into a folder of its own. */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { execute } from './execute.js'

declare module 'vitest' {
  export interface ProvidedContext {
    folder: string
    tarball: string
    packed: string[]
  }
}

/** What examples use beside the package, and where it is installed. */
const TESTS = 'test/packages/node_modules'
const LIBRARIES: readonly [name: string, where?: string][] = [
  ['@huggingface/transformers'],
  ['apache-arrow'],
  ['binaryen', 'node_modules'],
  ['emoji-datasource-google'],
  ['emojibase-data'],
  ['fast-png'],
  ['idb-keyval'],
  ['onnxruntime-web'],
]

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'softmargin-'))
  // prepack would build: what is tested is the build that is there.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [{ filename, files }] = JSON.parse(await execute('npm', pack)) as [Packed]
  await cp('test/packages/consumer', folder, { recursive: true })
  await cp('examples', folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--offline', `./${filename}`]
  await execute('npm', install, { cwd: folder })
  for (const [name, where = TESTS] of LIBRARIES) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(resolve(where, name), link, 'junction')
  }
  project.provide('folder', folder)
  project.provide('tarball', join(folder, filename))
  project.provide(
    'packed',
    files.map(({ path }) => path),
  )
  return () => rm(folder, { recursive: true, force: true })
}

interface Packed {
  filename: string
  files: { path: string }[]
}
