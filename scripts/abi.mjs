// docs/abi.md: the contract of softmargin.core.wasm in words. A test holds the page to the binary
// (ABI_WRITE=1 npm test -- kernels/contract writes it).

/** The page. */
export function abiPage({ functions, elements, structs, codes }) {
  const families = new Map()
  for (const named of Object.entries(functions)) {
    const { family } = named[1]
    families.set(family, [...(families.get(family) ?? []), named])
  }
  return `${introduction(Object.keys(functions).length, elements)}
## Structs

A parameter \`convolution: Conv2d\` is the address of these numbers, each 32 bits, aligned to 4.

${fenced(Object.entries(structs).map(structText))}
## Codes

${fenced(Object.entries(codes).map(codeText))}
${[...families].map(([family, members]) => familyText(family, members)).join('\n')}`
}

const introduction = (count, elements) => `# The binary without JavaScript

\`softmargin/softmargin.core.wasm\` is a WebAssembly module without a single import: any host of WebAssembly with SIMD128 can
run it, and gets the bits that the package gets in JavaScript without relaxed SIMD. It exports a memory and ${count} functions. This page is made from what
the crate's bindings declare, and the module carries the same as JSON in its custom section \`softmargin.abi\`: a host can read
there how long each array must be, and check it.

## The contract

- **Memory.** \`allocate(bytes)\` gives the address of so many uninitialised bytes, aligned to 16, or 0 if the memory cannot grow.
  \`free(address, bytes)\` takes it back, with the same number. An \`allocate\` may grow the memory: views of it that a host
  holds are then stale. The module has its own heap and stack below the first address; a host writes only into what it allocated.
- **Parameters** are passed in the order in which they stand here. \`usize\`, \`u32\`, \`i32\` and addresses are \`i32\`; \`bool\` is
  an \`i32\` of 0 or 1; \`f32\` and \`f64\` are themselves. A result \`bool\` is 0 or 1.
- **Arrays.** \`x: f32[rows, columns]\` is the address of \`rows * columns\` elements, row after row, aligned to an element. \`mut\`
  ones are written, and must not overlap any other argument; all others are only read, must be initialised, and may overlap each
  other. \`f32[n]?\` may be 0: none. An array without a length is described in the line above its function.
- **Hosts must check bounds.** The functions trust addresses, lengths and, where they say so, indices: a wrong one reads or overwrites
  whatever is there, before anything traps. Products of sizes must stay below 2^32; the functions trap for some that do not, not for all.
- **A trap** (an unknown code, memory that is not there) leaves the instance in an unknown state: make a new one.
- **Threads.** One instance runs on one thread; \`threads\` is 1. Several instances of the module are independent.
- **Workspaces** need not be initialised. \`gemm::WORKSPACE_OF_THREAD\` is \`gemm_workspace_bytes() / 4\`, \`STATE_WORDS\` is
  \`random_state_bytes() / 4\`; other lengths are written as the crate computes them, and some have a function that gives their bytes.
- **Versions.** Functions may change with each minor version of the package; the section names the version.

Elements that are no plain numbers: ${Object.entries(elements)
  .filter(([name]) => !/^[fiu]\d+$/.test(name))
  .map(([name, [bytes, alignment]]) => `\`${name}\` has ${bytes} bytes, aligned to ${alignment}`)
  .join(
    '; ',
  )}. \`Bin\` and \`Counts\` are 3 and 4 of \`f64\`; the others are for the functions that fill them.

Example, with Python's wasmtime (without the checks):

\`\`\`py
from array import array
from wasmtime import Engine, Instance, Module, Store

engine = Engine()
store = Store(engine)
exports = Instance(store, Module.from_file(engine, 'softmargin.core.wasm'), []).exports(store)
length = 1000
x, out = (exports['allocate'](store, 4 * length) for _ in range(2))
exports['memory'].write(store, array('f', range(length)).tobytes(), x)
exports['sigmoid'](store, x, out, length)
\`\`\`
`

const fenced = (lines) => `\`\`\`text\n${lines.join('\n')}\n\`\`\`\n`

const familyText = (family, members) => `## ${family}\n\n${fenced(members.map(functionText))}`

function functionText([name, { doc, parameters, result }]) {
  const list = parameters.map(parameterText).join(', ')
  const declaration = `${name}(${list})${result === null ? '' : ` -> ${result}`}`
  return doc === '' ? declaration : `# ${doc}\n${declaration}`
}

function parameterText({ name, array, struct, code, scalar }) {
  if (array === undefined) return `${name}: ${struct ?? code ?? scalar}`
  const length = array.shape === null ? '' : array.shape.join(', ')
  return `${name}: ${array.written ? 'mut ' : ''}${array.element}[${length}]${array.nullable ? '?' : ''}`
}

function structText([name, { doc, fields }]) {
  const list = Object.entries(fields).map(([field, count]) => (count === 1 ? field : `${field}[${count}]`))
  return `# ${doc}\n${name} { ${list.join(', ')} }`
}

const codeText = ([name, { values }]) =>
  `${name} { ${Object.entries(values)
    .map(([value, number]) => `${value} = ${number}`)
    .join(', ')} }`
