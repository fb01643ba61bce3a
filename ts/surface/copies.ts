/** Public functions: copies of what are views elsewhere, and functions whose names end in `_`. */
import { clone } from '../ops/shape/clone.js'
import { fill_ as fill_with } from '../ops/shape/in_place.js'
import type { TensorLike } from '../tensor/convert.js'
import { Tensor } from '../tensor/tensor.js'
import { called } from './called.js'
import * as changes from './in_place.js'
import { narrow, select, slice } from './parts.js'
import * as views from './shape.js'
import * as parts from './splitting.js'

/** A copy of what `view` gives, or of each part. */
function copying<F extends (...args: never[]) => Tensor | Tensor[]>(view: F): F {
  const copy = (...args: Parameters<F>) => {
    const result = view(...args)
    return result instanceof Tensor ? clone(result) : result.map(clone)
  }
  return copy as unknown as F
}

/** A copy of {@link expand}. */
export const expand_copy = /* @__PURE__ */ copying(views.expand)
/** A copy of {@link permute}. */
export const permute_copy = /* @__PURE__ */ copying(views.permute)
/** A copy of {@link transpose}. */
export const transpose_copy = /* @__PURE__ */ copying(views.transpose)
/** A copy of {@link t}. */
export const t_copy = /* @__PURE__ */ copying(views.t)
/** A copy of {@link squeeze}. */
export const squeeze_copy = /* @__PURE__ */ copying(views.squeeze)
/** A copy of {@link unsqueeze}. */
export const unsqueeze_copy = /* @__PURE__ */ copying(views.unsqueeze)
/** A copy of a view in another shape. */
export const view_copy = /* @__PURE__ */ copying(views.view)
/** A copy of {@link diagonal}. */
export const diagonal_copy = /* @__PURE__ */ copying(views.diagonal)
/** A copy of {@link as_strided}. */
export const as_strided_copy = /* @__PURE__ */ copying(views.as_strided)
/** A copy of windows along a dimension. */
export const unfold_copy: (input: Tensor, dimension: number, size: number, step: number) => Tensor =
  /* @__PURE__ */ copying((...args: unknown[]) => views.unfold(...args))
/** A copy of {@link select}. */
export const select_copy = /* @__PURE__ */ copying(select)
/** A copy of {@link slice}. */
export const slice_copy = /* @__PURE__ */ copying(slice)
/** A copy of {@link narrow}. */
export const narrow_copy = /* @__PURE__ */ copying(narrow)
/** Copies of {@link unbind}. */
export const unbind_copy = /* @__PURE__ */ copying(parts.unbind)
/** Copies of {@link split}. */
export const split_copy = /* @__PURE__ */ copying(parts.split)
/** Copies of {@link split_with_sizes}. */
export const split_with_sizes_copy = /* @__PURE__ */ copying(parts.split_with_sizes)
/** The same as {@link clone}. */
export const alias_copy: (input: Tensor) => Tensor = /* @__PURE__ */ called(
  'alias_copy',
  ['input: Tensor'],
  clone,
)

/** A copy of the shape and dtype of `input` in which every element is `value`. */
export const fill: (input: Tensor, value: TensorLike | { value: TensorLike }) => Tensor =
  /* @__PURE__ */ called('fill', ['input: Tensor', 'value: TensorLike'], (input, value) =>
    fill_with(clone(input), value),
  )
/** Overwrites every element with `value`. */
export const fill_: (input: Tensor, value: TensorLike | { value: TensorLike }) => Tensor = changes.fill_
/** Overwrites every element with 0. */
export const zero_: (input: Tensor) => Tensor = changes.zero_
