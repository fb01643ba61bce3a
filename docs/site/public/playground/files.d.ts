/** What files.js has, to TypeScript. */
declare module 'node:fs' {
  export function existsSync(path: string): boolean
  export function writeFileSync(path: string, data: string | ArrayBuffer | ArrayBufferView): void
  export function readFileSync(path: string): Uint8Array<ArrayBuffer>
  export function readFileSync(path: string, options: 'utf8' | { encoding: 'utf8' }): string
  export function rmSync(path: string): void
  /** Bytes, chunk by chunk. */
  export function createReadStream(path: string): AsyncIterable<Uint8Array<ArrayBuffer>>
}

declare module 'node:fs/promises' {
  export function writeFile(path: string, data: string | ArrayBuffer | ArrayBufferView): Promise<void>
  export function readFile(path: string): Promise<Uint8Array<ArrayBuffer>>
  export function readFile(path: string, options: 'utf8' | { encoding: 'utf8' }): Promise<string>
  export function rm(path: string): Promise<void>
  export function mkdir(path: string, options?: object): Promise<undefined>
}
