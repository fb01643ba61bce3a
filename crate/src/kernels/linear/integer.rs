//! The product of int32 matrices: exact, or false if a value does not fit.

use crate::kernels::elementwise::integer::store;

/// The layout of the right matrix: its element (row, column) is at `row * row_stride + column * column_stride`.
#[derive(Clone, Copy)]
pub struct Right {
    pub columns: usize,
    pub row_stride: usize,
    pub column_stride: usize,
}

/// `out [m, n] = a [m, k] b [k, n]`.
pub fn matmul(a: &[i32], b: &[i32], out: &mut [i32], k: usize, right: Right) -> bool {
    let mut fits = true;
    for (i, out) in out.iter_mut().enumerate() {
        let (row, column) = (i / right.columns, i % right.columns);
        let mut total = 0i64;
        for p in 0..k {
            let product =
                i64::from(a[row * k + p]) * i64::from(b[p * right.row_stride + column * right.column_stride]);
            let (sum, wraps) = total.overflowing_add(product);
            (total, fits) = (sum, fits && !wraps);
        }
        store(total, out, &mut fits);
    }
    fits
}
