// The machine's peak in WebAssembly on one thread, measured with modules assembled from text.
import binaryen from 'binaryen'

function instantiate(text) {
  const module = binaryen.parseText(text)
  module.setFeatures(binaryen.Features.All)
  const bytes = module.emitBinary()
  module.dispose()
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports
}

/** Enough to hide the latency of a product and a sum, and as many as V8 keeps in registers. */
const CHAINS = 14
const UNROLLED = 4

/** Products and sums of 4 float32 that stay in registers: a function that does `steps` of each chain. */
function chains(update) {
  const each = (line) => Array.from({ length: CHAINS }, (_, i) => line(`$x${i}`)).join('\n')
  const step = each((x) => `(local.set ${x} ${update(`(local.get ${x})`)})`)
  return instantiate(`(module
    (func (export "run") (param $steps i32) (param $start f32) (result f32)
      (local $a v128) (local $b v128)
      ${each((x) => `(local ${x} v128)`)}
      (local.set $a (f32x4.splat (f32.const 0.5)))
      (local.set $b (f32x4.splat (local.get $start)))
      ${each((x) => `(local.set ${x} (f32x4.splat (local.get $start)))`)}
      (loop $more
        ${step.repeat(UNROLLED)}
        (br_if $more (local.tee $steps (i32.sub (local.get $steps) (i32.const ${UNROLLED})))))
      (local.set $a (v128.const i32x4 0 0 0 0))
      ${each((x) => `(local.set $a (f32x4.add (local.get $a) (local.get ${x})))`)}
      (f32x4.extract_lane 0 (local.get $a))))`).run
}

/** `run` does `flops` float32 operations, with relaxed SIMD's fused multiply-add if it is supported. */
export function multiplyAdd(flops) {
  const twoInstructions = (x) => `(f32x4.add (f32x4.mul ${x} (local.get $a)) (local.get $b))`
  const oneInstruction = (x) => `(f32x4.relaxed_madd ${x} (local.get $a) (local.get $b))`
  const steps = Math.round(flops / (8 * CHAINS * UNROLLED)) * UNROLLED
  const fused = tried(() => chains(oneInstruction))
  const run = fused ?? chains(twoInstructions)
  return () => run(steps, 1)
}

function tried(make) {
  try {
    return make()
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined
    throw error
  }
}

/** Moves `bytes` in total, half of them read and half written. */
export function streamCopy(bytes) {
  const half = bytes >> 1
  const pages = Math.ceil(bytes / 2 ** 16)
  const { copy } = instantiate(`(module
    (memory ${pages})
    (func $fill (memory.fill (i32.const 0) (i32.const 1) (i32.const ${bytes})))
    (start $fill)
    (func (export "copy") (memory.copy (i32.const ${half}) (i32.const 0) (i32.const ${half}))))`)
  return copy
}
