/** The package as a user gets it: packed, and installed from the tarball into a folder of its own. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const execute = promisify(execFile)

export interface Consumer {
  /** The folder; the files of `consumer/` lie in it. */
  folder: string
  /** Paths in the tarball. */
  packed: string[]
  /** Contents of a file of the installed package. */
  read(path: string): Promise<Buffer<ArrayBuffer>>
  /** What Node prints when it runs a file of the folder. */
  run(file: string, ...args: string[]): Promise<string>
  remove(): Promise<void>
}

export async function createConsumer(): Promise<Consumer> {
  const folder = await mkdtemp(join(tmpdir(), 'softmargin-'))
  // prepack would build: what is tested is the build that is there.
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]
  const [{ filename, files }] = JSON.parse((await execute('npm', pack)).stdout) as [Packed]
  await cp('test/packages/consumer', folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--offline', `./${filename}`]
  await execute('npm', install, { cwd: folder })
  return {
    folder,
    packed: files.map(({ path }) => path),
    read: (path) => readFile(join(folder, 'node_modules/softmargin', path)),
    run: async (file, ...args) =>
      (await execute(process.execPath, [file, ...args], { cwd: folder })).stdout.trim(),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

interface Packed {
  filename: string
  files: { path: string }[]
}
