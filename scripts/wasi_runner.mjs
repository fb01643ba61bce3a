// Runs a program compiled to wasm32-wasip1: cargo starts it for the crate's tests in 32 bits.
import { readFileSync } from 'node:fs'
import { argv } from 'node:process'
import { WASI } from 'node:wasi'

const [, , file, ...args] = argv
const wasi = new WASI({ version: 'preview1', args: [file, ...args] })
const module = await WebAssembly.compile(readFileSync(file))
process.exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()))
