/** The package as a user gets it: the folder that `setup.ts` installed the tarball into. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inject } from 'vitest'
import { execute } from './execute.js'

/** The files of `consumer/` lie in it. */
export const folder = inject('folder')

/** Paths in the tarball. */
export const packed = inject('packed')

export const tarball = inject('tarball')

/** Contents of a file of the installed package. */
export function read(path: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(join(folder, 'node_modules/softmargin', path))
}

/** What Node prints when it runs a file of the folder. */
export function run(file: string, ...args: string[]): Promise<string> {
  return execute(process.execPath, [file, ...args], { cwd: folder })
}
