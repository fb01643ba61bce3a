//! Bits of two operands of integers, broadcast; of bytes, so that all types have one loop.

use super::binary::Broadcast;
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::F32x4;
use std::array::from_fn;
use std::slice::{from_mut, from_ref};

#[derive(Clone, Copy)]
pub enum Bitwise {
    And,
    Or,
    Xor,
}

/// Bytes of one unrolled step, a multiple of any element's size.
const STEP: usize = 64;
type Step = [u8; STEP];

/// `out[row][column] = f(a[row][column], b[row][column])`, broadcast, of elements of `size` bytes.
pub fn bitwise(f: Bitwise, a: &[u8], b: &[u8], out: &mut [u8], size: usize, dims: Broadcast) {
    let dims = dims.joined();
    let columns = dims.columns * size;
    let strides = [[dims.a_row_stride, dims.a_column_stride], [dims.b_row_stride, dims.b_column_stride]];
    // An addition for each four bytes.
    let part = items_per_job(columns.div_ceil(STEP), STEP / 4) * STEP;
    for (row, out) in out.chunks_mut(columns.max(1)).enumerate() {
        let rows = [(a, strides[0]), (b, strides[1])].map(|(x, [row_stride, column_stride])| {
            let x = &x[row * row_stride * size..];
            let repeated: Step = from_fn(|i| x[i % size]);
            (if column_stride == 0 { &x[..size] } else { &x[..columns] }, repeated)
        });
        parallel::for_each(chunks(out, part), |job, out| {
            let operands = rows.each_ref().map(|(x, repeated)| {
                // A single element is repeated, also if it is all of the row.
                if x.len() == size {
                    &repeated[..]
                } else {
                    &x[job * part..][..out.len()]
                }
            });
            of_part(f, operands, out);
        });
    }
}

/// Operands are as long as the result, or one repeated step.
fn of_part(f: Bitwise, operands: [&[u8]; 2], out: &mut [u8]) {
    let (steps, rest) = out.as_chunks_mut();
    let done = steps.len() * STEP;
    let [a, b] = operands.map(|x| x.as_chunks().0);
    of_steps(f, a, b, steps);
    if !rest.is_empty() {
        let [a, b] = operands.map(|x| {
            let start = if x.len() > done { done } else { 0 };
            from_fn(|i| x.get(start + i).copied().unwrap_or(0))
        });
        let mut last = [0; STEP];
        of_steps(f, from_ref(&a), from_ref(&b), from_mut(&mut last));
        rest.copy_from_slice(&last[..rest.len()]);
    }
}

#[inline(never)]
fn of_steps(f: Bitwise, a: &[Step], b: &[Step], out: &mut [Step]) {
    match f {
        Bitwise::And => zip(a, b, out, |a, b| a & b),
        Bitwise::Or => zip(a, b, out, |a, b| a | b),
        Bitwise::Xor => zip(a, b, out, |a, b| a ^ b),
    }
}

/// An operand of one step is repeated.
#[inline(always)]
fn zip(a: &[Step], b: &[Step], out: &mut [Step], f: impl Fn(F32x4, F32x4) -> F32x4) {
    let last = [a, b].map(|x| x.len().saturating_sub(1));
    for (i, out) in out.iter_mut().enumerate() {
        let [a, b] = [&a[i.min(last[0])], &b[i.min(last[1])]].map(|x| x.as_chunks().0);
        for ((a, b), out) in a.iter().zip(b).zip(out.as_chunks_mut().0) {
            f(F32x4::load_bytes(a), F32x4::load_bytes(b)).store_bytes(out);
        }
    }
}
