/** Elements of any type as unsigned integers in the same order. */
import { kernels } from '../../kernels/instance.js'
import type { DType } from '../../tensor/dtype.js'
import { empty, type Tensor } from '../../tensor/tensor.js'

const keysOf: Record<DType, (x: number, keys: number, length: number) => void> = {
  float32: (...operands) => kernels.keys_of_f32(...operands),
  int32: (...operands) => kernels.keys_of_i32(...operands),
  uint8: (...operands) => kernels.keys_of_u8(...operands),
  bool: (...operands) => kernels.keys_of_u8(...operands),
}

/** Runs `work` inside a launch, with the addresses of the keys of `x` and of a workspace, if `x` has elements. */
export function withKeys(x: Tensor, entries: number, work: (keys: number, workspace: number) => void): void {
  const length = x.numel()
  // Beside a size of 0 a line, and so the workspace, may have more elements than fit memory.
  if (length === 0) return
  const keys = empty('sort', [length], 'int32')
  const workspace = empty('sort', [entries, 2], 'int32')
  keysOf[x.dtype](x.pointer(), keys.pointer(), length)
  work(keys.pointer(), workspace.pointer())
  keys.dispose()
  workspace.dispose()
}
