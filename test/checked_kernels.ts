/** What WebAssembly takes without a word: a number that its integers do not hold, of which the lower 32 bits are left. */

type Kernel = (...args: unknown[]) => unknown

/** Makes each instance of the kernels throw where an argument for 32 bits is no such integer. */
export async function checkArguments(bytes: Uint8Array): Promise<void> {
  const integers = await integerParameters(bytes)
  const { Instance } = WebAssembly
  WebAssembly.Instance = class {
    readonly exports: WebAssembly.Exports

    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      const { exports } = new Instance(module, imports)
      const checked = Object.entries(exports).map(([name, kernel]) => {
        const places = integers.get(name)
        return [name, places === undefined ? kernel : withChecks(name, places, kernel as Kernel)]
      })
      this.exports = Object.fromEntries(checked)
    }
  }
}

function withChecks(name: string, places: readonly number[], kernel: Kernel): Kernel {
  return (...args) => {
    const wrong = places.find((place) => !isInteger32(args[place]))
    if (wrong !== undefined)
      throw new Error(`${name}: argument ${wrong} is ${args[wrong]}, no integer of 32 bits`)
    return kernel(...args)
  }
}

const isInteger32 = (value: unknown) =>
  typeof value === 'boolean' ||
  (Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 32)

/** Of each exported function, which of its parameters are integers. */
async function integerParameters(bytes: Uint8Array): Promise<Map<string, number[]>> {
  // Not in the import itself: Vite would bundle it for browsers, which never come here.
  const name = 'binaryen'
  const { default: binaryen } = (await import(/* @vite-ignore */ name)) as typeof import('binaryen')
  const module = binaryen.readBinary(bytes)
  const found = new Map<string, number[]>()
  for (let i = 0; i < module.getNumExports(); i++) {
    const { kind, name, value } = binaryen.getExportInfo(module.getExportByIndex(i))
    if (kind !== binaryen.ExternalFunction) continue
    const { params } = binaryen.getFunctionInfo(module.getFunction(value))
    const types = binaryen.expandType(params)
    found.set(
      name,
      types.flatMap((type, at) => (type === binaryen.i32 ? [at] : [])),
    )
  }
  module.dispose()
  return found
}
