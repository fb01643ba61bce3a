use super::{input, output};
use crate::kernels::elementwise::binary::Broadcast;
use crate::kernels::elementwise::integer;
use crate::kernels::linear::integer::{self as matrices, Right};
use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::integer as reductions;
use crate::size::reach;
use wasm_bindgen::prelude::wasm_bindgen;

macro_rules! pairs {
    ($($name:ident($($extra:ident: $type:ty)?) => $out:ty $(, $fits:ty)?;)*) => {$(
        /// # Safety
        /// The contract of [`super`]; `out` has `rows * columns` elements, the operands what their strides reach.
        #[wasm_bindgen]
        pub unsafe fn $name(
            a: *const i32,
            b: *const i32,
            $($extra: $type,)?
            out: *mut $out,
            rows: usize,
            columns: usize,
            a_row_stride: usize,
            a_column_stride: usize,
            b_row_stride: usize,
            b_column_stride: usize,
        ) $(-> $fits)? {
            let dims = Broadcast { rows, columns, a_row_stride, a_column_stride, b_row_stride, b_column_stride };
            let sizes = [rows, columns];
            // SAFETY: the function's contract.
            unsafe {
                let a = input(a, reach(sizes, [a_row_stride, a_column_stride]));
                let b = input(b, reach(sizes, [b_row_stride, b_column_stride]));
                pairs!(@kernel $name)(a, b, $($extra,)? output(out, sizes), dims)
            }
        }
    )*};
    (@kernel integer_add) => { integer::add };
    (@kernel integer_mul) => { integer::mul };
    (@kernel integer_compare) => { integer::compare };
}

pairs! {
    integer_add(alpha: i32) => i32, bool;
    integer_mul() => i32, bool;
    integer_compare(truths: u32) => u8;
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn integer_abs(x: *const i32, out: *mut i32, length: usize) -> bool {
    // SAFETY: the function's contract.
    unsafe { integer::abs(input(x, length), output(out, length)) }
}

/// # Safety
/// The contract of [`super`]; both `length` long.
#[wasm_bindgen]
pub unsafe fn integer_clamp(x: *const i32, low: i32, high: i32, out: *mut i32, length: usize) {
    // SAFETY: the function's contract.
    unsafe { integer::clamp(input(x, length), low, high, output(out, length)) }
}

/// # Safety
/// The contract of [`super`]; `x` has `outer * axis * inner` elements, `out` `outer * inner`.
#[wasm_bindgen]
pub unsafe fn integer_sum(x: *const i32, out: *mut i32, outer: usize, axis: usize, inner: usize) -> bool {
    let dims = Axis { outer, axis, inner };
    // SAFETY: the function's contract.
    unsafe { reductions::sum_axis(input(x, [outer, axis, inner]), output(out, [outer, inner]), dims) }
}

/// # Safety
/// The contract of [`super`]; `x` has `outer * axis * inner` elements, `out` `outer * inner`.
#[wasm_bindgen]
pub unsafe fn integer_max(
    x: *const i32,
    out: *mut i32,
    wants_index: bool,
    outer: usize,
    axis: usize,
    inner: usize,
) {
    let dims = Axis { outer, axis, inner };
    // SAFETY: the function's contract.
    unsafe {
        reductions::max_axis(input(x, [outer, axis, inner]), output(out, [outer, inner]), wants_index, dims);
    }
}

/// `b` is [k, n], or stored [n, k].
///
/// # Safety
/// The contract of [`super`]; `a` has `m * k` elements, `b` `k * n`, `out` `m * n`.
#[wasm_bindgen]
pub unsafe fn integer_matmul(
    a: *const i32,
    b: *const i32,
    out: *mut i32,
    m: usize,
    n: usize,
    k: usize,
    b_transposed: bool,
) -> bool {
    let (row_stride, column_stride) = if b_transposed { (1, k) } else { (n, 1) };
    let right = Right { columns: n, row_stride, column_stride };
    // SAFETY: the function's contract.
    unsafe { matrices::matmul(input(a, [m, k]), input(b, [k, n]), output(out, [m, n]), k, right) }
}
