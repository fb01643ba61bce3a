/** How the kernels of attention are called. */
import { FEW, flavours, isTrue, out, product } from './inputs.js'
import { simd } from './instance.js'
import type { Check } from './kernels.js'

function* pairs() {
  for (const [count, queries, keys, width, values] of product([0, 2, 9], [0, 3, 5], FEW, [0, 5], flavours)) {
    const columns = 3
    const bytes = simd.call('attention_workspace_bytes', [queries, keys]).returned as number
    const sizes = [count, queries, keys, width, columns] as const
    const operands = [
      values(count * queries * width),
      values(count * keys * width),
      values(count * keys * columns),
    ] as const
    yield { bytes, sizes, operands, values }
  }
}

export const attention: Record<string, (check: Check) => void> = {
  attention_workspace_bytes: (check) => check(3, 5),
  attention(check) {
    for (const { bytes, sizes, operands, values } of pairs()) {
      const [count, queries, keys, , columns] = sizes
      for (const [hasMask, causal] of product(isTrue, isTrue)) {
        const [mask, length] = [values(queries * keys), queries * keys]
        const given = hasMask
          ? ([mask, new Int32Array(count), length, keys] as const)
          : ([0, 0, 0, 0] as const)
        const results = [out(count * queries * keys), out(count * queries * columns)]
        check(...operands, ...given, 0.5, causal, ...results, { workspace: bytes }, bytes / 4, ...sizes)
      }
    }
  },
  attention_backward(check) {
    for (const { bytes, sizes, operands, values } of pairs()) {
      const [count, queries, keys, , columns] = sizes
      const [upstream, weights] = [values(count * queries * columns), values(count * queries * keys)]
      for (const [query, key, value] of product(isTrue, isTrue, isTrue)) {
        const gradients = [query, key, value].map((isWanted, i) => (isWanted ? out(operands[i].length) : 0))
        check(upstream, ...operands, weights, 0.5, ...gradients, { workspace: bytes }, bytes / 4, ...sizes)
      }
    }
  },
}
