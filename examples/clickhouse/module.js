// A model and the kernels as one WebAssembly module with ClickHouse's ABI BUFFERED_V1 and its format Buffers, in which an array
// column is the matrix that the kernels take. binaryen joins a small program, written here as text, with softmargin.core.wasm.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const binaryen = dirname(require.resolve('binaryen'))

/** Rows that go through all layers together: their activations stay in the caches. */
const BLOCK = 1024
/** A single row would be added up in another order, so that one is computed beside a row of zeros. */
const LEAST = 2

/**
 * The module of a `Sequential` and one threshold for each label.
 *
 * It exports `scores`, `(Array(Float32)) -> Array(Float32)`: probabilities; and `labels`, `(Array(Float32)) -> Array(UInt8)`: 1
 * where a probability is at least its threshold.
 */
export function moduleOf(model, thresholds) {
  const folder = mkdtempSync(join(tmpdir(), 'clickhouse-'))
  const file = (name) => join(folder, name)
  try {
    writeFileSync(file('program.wat'), programOf(model, thresholds))
    const core = require.resolve('softmargin/softmargin.core.wasm')
    run('wasm-merge', core, 'softmargin', file('program.wat'), 'program', '-o', file('whole.wasm'))
    // Only what ClickHouse calls, and what that needs.
    const exported = ['memory', 'clickhouse_create_buffer', 'clickhouse_destroy_buffer', 'scores', 'labels']
    const graph = exported.map((name) => ({ name, export: name, root: true }))
    writeFileSync(file('graph.json'), JSON.stringify(graph))
    run('wasm-metadce', file('whole.wasm'), '--graph-file', file('graph.json'), '-o', file('least.wasm'))
    return readFileSync(file('least.wasm'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function run(tool, ...args) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(binaryen, 'bin', tool), '--all-features', ...args],
    { encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`${tool}: ${stderr}`)
}

/** The layers as calls of kernels: `x` is what they read, of `n` rows. */
function layersOf(model, place) {
  const calls = []
  let features
  let width
  let scratch = 0
  const room = (columns) => {
    const at = scratch
    scratch += BLOCK * columns * 4
    return `(i32.add (global.get $scratch) (i32.const ${at}))`
  }
  const call = (kernel, out, ...args) =>
    calls.push(`(call $${kernel} ${args.join(' ')})`, `(local.set $x ${out})`)
  const elementwise = (kernel) => {
    const out = room(width)
    call(kernel, out, '(local.get $x)', out, `(i32.mul (local.get $n) (i32.const ${width}))`)
  }
  for (const [name, layer] of model.named_children()) {
    const kind = layer.constructor.name
    features ??= layer.in_features ?? layer.normalized_shape?.[0]
    if (features === undefined)
      throw new Error(`${name} is a ${kind}: the first layer must be a Linear or a LayerNorm`)
    if (kind === 'Linear') {
      const { in_features: inputs, out_features: outputs } = layer
      const [weight, bias, out] = [place(layer.weight), place(layer.bias), room(outputs)]
      const sizes = `(local.get $n) (i32.const ${outputs}) (i32.const ${inputs}) (i32.const 0) (i32.const 1)`
      call('gemm', out, '(local.get $x)', weight, bias, out, '(global.get $workspace) (i32.const 1)', sizes)
      width = outputs
    } else if (kind === 'LayerNorm' && layer.normalized_shape.length === 1) {
      const length = layer.normalized_shape[0]
      const [weight, bias, out, statistics] = [place(layer.weight), place(layer.bias), room(length), room(3)]
      const eps = `(f64.const ${layer.eps})`
      const sizes = `(local.get $n) (i32.const ${length})`
      call('layer_norm', out, '(local.get $x)', weight, bias, eps, out, statistics, sizes)
      width = length
    } else if (kind === 'GELU') elementwise(layer.approximate === 'tanh' ? 'gelu_tanh' : 'gelu')
    else if (['ReLU', 'Tanh', 'Sigmoid'].includes(kind)) elementwise(kind.toLowerCase())
    else if (kind !== 'Dropout' && kind !== 'Identity')
      throw new Error(`${name} is a ${kind}: it has no call here`)
  }
  return { calls, features, labels: width, scratch }
}

const memoryFull = 'linear memory is full: set webassembly_udf_max_memory higher'
const notBuffers =
  'the function must have SETTINGS serialization_format = Buffers and one argument, Array(Float32)'
const [rowText, hasText] = ['features: row ', ' of the block has ']

function programOf(model, thresholds) {
  const parts = []
  let bytes = 0
  // A parameter's address; 0 for none.
  const place = (tensor) => {
    if (tensor === null || tensor === undefined) return '(i32.const 0)'
    const values = Float32Array.from(tensor.contiguous().data())
    parts.push(Buffer.from(values.buffer))
    bytes += values.byteLength
    return `(i32.add (global.get $parameters) (i32.const ${bytes - values.byteLength}))`
  }
  const { calls, features, labels, scratch } = layersOf(model, place)
  const limits = place(thresholds)
  const takesText = ` numbers, but the model takes ${features}`
  const texts = [memoryFull, notBuffers, rowText, hasText, takesText]
  const text = (content) => {
    const start = texts.slice(0, texts.indexOf(content)).join('').length
    return `(i32.const ${start}) (i32.const ${content.length})`
  }
  return `(module
  (import "softmargin" "memory" (memory 1))
  (import "softmargin" "allocate" (func $allocate (param i32) (result i32)))
  (import "softmargin" "free" (func $free (param i32 i32)))
  (import "softmargin" "gemm_workspace_bytes" (func $gemm_workspace_bytes (result i32)))
  (import "softmargin" "gemm" (func $gemm (param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)))
  (import "softmargin" "layer_norm" (func $layer_norm (param i32 i32 i32 f64 i32 i32 i32 i32)))
  ${['relu', 'gelu', 'gelu_tanh', 'tanh', 'sigmoid'].map((name) => `(import "softmargin" "${name}" (func $${name} (param i32 i32 i32)))`).join('\n  ')}
  (import "env" "clickhouse_throw" (func $terminate (param i32 i32)))
  (data $model "${escaped(Buffer.concat(parts))}")
  (data $texts "${escaped(Buffer.from(texts.join('')))}")
  (global $parameters (mut i32) (i32.const 0))
  (global $workspace (mut i32) (i32.const 0))
  (global $scratch (mut i32) (i32.const 0))
  (global $message (mut i32) (i32.const 0))
  (global $length (mut i32) (i32.const 0))

  ;; Ends the query with the message that is written so far.
  (func $fail (call $terminate (global.get $message) (global.get $length)) (unreachable))
  (func $need (param $bytes i32) (result i32) (local $at i32)
    (if (i32.eqz (local.tee $at (call $allocate (local.get $bytes))))
      (then (call $say ${text(memoryFull)}) (call $fail)))
    (local.get $at))
  ;; Adds a text to the message, or a number.
  (func $say (param $from i32) (param $count i32)
    (local $at i32)
    (local.set $at (i32.add (global.get $message) (global.get $length)))
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $count)))
      (i32.store8 (local.get $at) (i32.load8_u (i32.add (global.get $texts_at) (local.get $from))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $from (i32.add (local.get $from) (i32.const 1)))
      (local.set $count (i32.sub (local.get $count) (i32.const 1)))
      (global.set $length (i32.add (global.get $length) (i32.const 1)))
      (br $next))))
  (func $say_number (param $value i64)
    (if (i64.ge_u (local.get $value) (i64.const 10))
      (then (call $say_number (i64.div_u (local.get $value) (i64.const 10)))))
    (i32.store8 (i32.add (global.get $message) (global.get $length))
      (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $value) (i64.const 10)))))
    (global.set $length (i32.add (global.get $length) (i32.const 1))))
  (global $texts_at (mut i32) (i32.const 0))

  ;; The model and room for activations, with the first call. The message first: it is of all that goes wrong.
  (func $start
    (if (global.get $parameters) (then (return)))
    (global.set $texts_at (call $allocate (i32.const 4096)))
    (if (i32.eqz (global.get $texts_at)) (then (unreachable)))
    (memory.init $texts (global.get $texts_at) (i32.const 0) (i32.const ${texts.join('').length}))
    (global.set $message (i32.add (global.get $texts_at) (i32.const 2048)))
    (global.set $workspace (call $need (call $gemm_workspace_bytes)))
    (global.set $scratch (call $need (i32.const ${scratch + LEAST * features * 4})))
    (global.set $parameters (call $need (i32.const ${Math.max(bytes, 4)})))
    (memory.init $model (global.get $parameters) (i32.const 0) (i32.const ${bytes})))

  ;; A buffer is the address of its bytes, and how many they are.
  (func $buffer (export "clickhouse_create_buffer") (param $size i32) (result i32) (local $handle i32)
    (call $start)
    (local.set $handle (call $need (i32.const 16)))
    (i32.store (local.get $handle) (call $need (local.get $size)))
    (i32.store offset=4 (local.get $handle) (local.get $size))
    (i32.store offset=8 (local.get $handle) (local.get $size))
    (local.get $handle))
  (func (export "clickhouse_destroy_buffer") (param $handle i32)
    (call $free (i32.load (local.get $handle)) (i32.load offset=8 (local.get $handle)))
    (call $free (local.get $handle) (i32.const 16)))

  ;; The elements of the only column, of rows that all are as long as the model's. It has the ends of rows, then elements.
  (func $features (param $handle i32) (param $rows i32) (result i32) (local $at i32) (local $row i32) (local $end i64) (local $bytes i64)
    (global.set $length (i32.const 0))
    (local.set $at (i32.load (local.get $handle)))
    (local.set $bytes (i64.extend_i32_u (i32.load offset=4 (local.get $handle))))
    (local.set $end (i64.add (i64.const 24) (i64.mul (i64.extend_i32_u (local.get $rows)) (i64.const 8))))
    (if (i64.lt_u (local.get $bytes) (local.get $end)) (then (call $say ${text(notBuffers)}) (call $fail)))
    (if (i64.ne (i64.load (local.get $at)) (i64.const 1)) (then (call $say ${text(notBuffers)}) (call $fail)))
    (if (i64.ne (i64.load offset=8 (local.get $at)) (i64.extend_i32_u (local.get $rows))) (then (call $say ${text(notBuffers)}) (call $fail)))
    (local.set $at (i32.add (local.get $at) (i32.const 24)))
    (local.set $end (i64.const 0))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $row) (local.get $rows)))
      (if (i64.ne (i64.sub (i64.load (local.get $at)) (local.get $end)) (i64.const ${features}))
        (then
          (call $say ${text(rowText)})
          (call $say_number (i64.extend_i32_u (local.get $row)))
          (call $say ${text(hasText)})
          (call $say_number (i64.sub (i64.load (local.get $at)) (local.get $end)))
          (call $say ${text(takesText)})
          (call $fail)))
      (local.set $end (i64.load (local.get $at)))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (br $next)))
    (if (i64.ne (local.get $bytes)
          (i64.add (i64.const 24) (i64.mul (i64.extend_i32_u (local.get $rows)) (i64.const ${8 + 4 * features}))))
      (then (call $say ${text(notBuffers)}) (call $fail)))
    (local.get $at))

  ;; A column of arrays for the result, without its elements.
  (func $column (param $rows i32) (param $bytes_of_row i32) (result i32) (local $handle i32) (local $at i32) (local $row i32) (local $size i64)
    (local.set $size (i64.add (i64.const 24)
      (i64.mul (i64.extend_i32_u (local.get $rows)) (i64.extend_i32_u (i32.add (local.get $bytes_of_row) (i32.const 8))))))
    (if (i64.gt_u (local.get $size) (i64.const 0x7fffffff)) (then (call $say ${text(memoryFull)}) (call $fail)))
    (local.set $handle (call $buffer (i32.wrap_i64 (local.get $size))))
    (local.set $at (i32.load (local.get $handle)))
    (i64.store (local.get $at) (i64.const 1))
    (i64.store offset=8 (local.get $at) (i64.extend_i32_u (local.get $rows)))
    (i64.store offset=16 (local.get $at) (i64.sub (local.get $size) (i64.const 24)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $row) (local.get $rows)))
      (local.set $row (i32.add (local.get $row) (i32.const 1)))
      (i64.store offset=24 (local.get $at) (i64.mul (i64.extend_i32_u (local.get $row)) (i64.const ${labels})))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br $next)))
    (local.get $handle))
  ;; Where its elements go.
  (func $elements (param $handle i32) (param $rows i32) (result i32)
    (i32.add (i32.load (local.get $handle)) (i32.add (i32.const 24) (i32.mul (local.get $rows) (i32.const 8)))))

  ;; The probabilities of rows, block after block.
  (func $compute (param $from i32) (param $rows i32) (param $out i32) (local $x i32) (local $n i32) (local $m i32)
    (block $done (loop $next
      (br_if $done (i32.eqz (local.get $rows)))
      (local.set $m (select (local.get $rows) (i32.const ${BLOCK}) (i32.lt_u (local.get $rows) (i32.const ${BLOCK}))))
      (local.set $n (local.get $m))
      (local.set $x (local.get $from))
      (if (i32.lt_u (local.get $m) (i32.const ${LEAST}))
        (then
          (local.set $n (i32.const ${LEAST}))
          (local.set $x (i32.add (global.get $scratch) (i32.const ${scratch})))
          (memory.fill (local.get $x) (i32.const 0) (i32.const ${LEAST * features * 4}))
          (memory.copy (local.get $x) (local.get $from) (i32.const ${features * 4}))))
      ${calls.join('\n      ')}
      (call $sigmoid (local.get $x) (local.get $out) (i32.mul (local.get $m) (i32.const ${labels})))
      (local.set $from (i32.add (local.get $from) (i32.mul (local.get $m) (i32.const ${features * 4}))))
      (local.set $out (i32.add (local.get $out) (i32.mul (local.get $m) (i32.const ${labels * 4}))))
      (local.set $rows (i32.sub (local.get $rows) (local.get $m)))
      (br $next))))

  (func $scores (export "scores") (param $handle i32) (param $rows i32) (result i32) (local $x i32) (local $result i32)
    (local.set $x (call $features (local.get $handle) (local.get $rows)))
    (local.set $result (call $column (local.get $rows) (i32.const ${4 * labels})))
    (call $compute (local.get $x) (local.get $rows) (call $elements (local.get $result) (local.get $rows)))
    (local.get $result))

  (func (export "labels") (param $handle i32) (param $rows i32) (result i32)
    (local $x i32) (local $result i32) (local $p i32) (local $out i32) (local $i i32) (local $j i32) (local $bytes i32)
    (local.set $x (call $features (local.get $handle) (local.get $rows)))
    (local.set $result (call $column (local.get $rows) (i32.const ${labels})))
    (local.set $bytes (i32.mul (local.get $rows) (i32.const ${4 * labels})))
    (local.set $p (call $need (local.get $bytes)))
    (call $compute (local.get $x) (local.get $rows) (local.get $p))
    (local.set $out (call $elements (local.get $result) (local.get $rows)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (i32.mul (local.get $rows) (i32.const ${labels}))))
      (i32.store8 (i32.add (local.get $out) (local.get $i))
        (f32.ge (f32.load (i32.add (local.get $p) (i32.shl (local.get $i) (i32.const 2))))
          (f32.load (i32.add ${limits} (i32.shl (local.get $j) (i32.const 2))))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (local.set $j (i32.add (local.get $j) (i32.const 1)))
      (if (i32.eq (local.get $j) (i32.const ${labels})) (then (local.set $j (i32.const 0))))
      (br $next)))
    (call $free (local.get $p) (local.get $bytes))
    (local.get $result)))
`
}

/** Bytes as a string of WebAssembly's text. */
function escaped(bytes) {
  return bytes.toString('hex').replace(/../g, '\\$&')
}
