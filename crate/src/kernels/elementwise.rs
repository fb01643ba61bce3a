//! Elementwise functions of one or two operands, and their gradients.

use crate::math;
use crate::simd::{load_block, load_partial, store_block, store_partial, F32x4, BLOCK, LANES};

const ZERO: F32x4 = F32x4::splat(0.0);
const ONE: F32x4 = F32x4::splat(1.0);

/// `out[i] = f(x[i])`, four lanes at a time.
#[inline(always)]
pub(super) fn map(x: &[f32], out: &mut [f32], f: impl Fn(F32x4) -> F32x4) {
    let (x_blocks, x_rest) = x.as_chunks::<BLOCK>();
    let (out_blocks, out_rest) = out.as_chunks_mut::<BLOCK>();
    for (x, out) in x_blocks.iter().zip(out_blocks) {
        store_block(load_block(x).map(&f), out);
    }
    for (x, out) in x_rest.chunks(LANES).zip(out_rest.chunks_mut(LANES)) {
        store_partial(f(load_partial(x, 0.0)), out);
    }
}

/// `out[i] = f(a[i], b[i])`.
#[inline(always)]
pub(super) fn zip(a: &[f32], b: &[f32], out: &mut [f32], f: impl Fn(F32x4, F32x4) -> F32x4) {
    let (a_vectors, a_rest) = a.as_chunks::<LANES>();
    let (b_vectors, b_rest) = b.as_chunks::<LANES>();
    let (out_vectors, out_rest) = out.as_chunks_mut::<LANES>();
    for ((a, b), out) in a_vectors.iter().zip(b_vectors).zip(out_vectors) {
        f(F32x4::load(a), F32x4::load(b)).store(out);
    }
    if !out_rest.is_empty() {
        store_partial(f(load_partial(a_rest, 0.0), load_partial(b_rest, 0.0)), out_rest);
    }
}

// ---- one operand ----

pub fn neg(x: &[f32], out: &mut [f32]) {
    map(x, out, |x| x ^ F32x4::splat(-0.0));
}

pub fn abs(x: &[f32], out: &mut [f32]) {
    map(x, out, F32x4::abs);
}

/// `upstream * sign(x)`, 0 at 0 and at NaN.
pub fn abs_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    zip(upstream, x, gradient, |up, x| up * F32x4::select(x.lt(ZERO), F32x4::splat(-1.0), ONE & ZERO.lt(x)));
}

pub fn exp(x: &[f32], out: &mut [f32]) {
    map(x, out, math::exp());
}

pub fn log(x: &[f32], out: &mut [f32]) {
    map(x, out, math::log());
}

pub fn sqrt(x: &[f32], out: &mut [f32]) {
    map(x, out, F32x4::sqrt);
}

/// `upstream / (2 y)`, y being the square root.
pub fn sqrt_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up / (y + y));
}

/// `max(x, 0)`; NaN stays.
pub fn relu(x: &[f32], out: &mut [f32]) {
    map(x, out, |x| x.pmax(ZERO));
}

/// `upstream` where the result is not 0 (NaN included), else 0.
pub fn relu_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up & y.ne(ZERO));
}

pub fn sigmoid(x: &[f32], out: &mut [f32]) {
    map(x, out, math::sigmoid());
}

/// `upstream * (1 - y) * y`, y being the sigmoid.
pub fn sigmoid_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up * (ONE - y) * y);
}

pub fn logsigmoid(x: &[f32], out: &mut [f32]) {
    map(x, out, math::logsigmoid());
}

/// `upstream * sigmoid(-x)`.
pub fn logsigmoid_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    let sigmoid = math::sigmoid();
    zip(upstream, x, gradient, |up, x| up * sigmoid(x ^ F32x4::splat(-0.0)));
}

/// `factor * x`.
pub fn scale(x: &[f32], factor: f32, out: &mut [f32]) {
    let factor = F32x4::splat(factor);
    map(x, out, |x| x * factor);
}

/// `x ^ exponent`; as torch, ±0.5 are the square root and its reciprocal, signed zeros included.
pub fn pow(x: &[f32], exponent: f32, out: &mut [f32]) {
    if exponent == 2.0 {
        return map(x, out, |x| x * x);
    } else if exponent == 0.5 {
        return sqrt(x, out);
    } else if exponent == -0.5 {
        return map(x, out, |x| ONE / x.sqrt());
    }
    for (out, &x) in out.iter_mut().zip(x) {
        *out = f64::from(x).powf(f64::from(exponent)) as f32;
    }
}

/// `upstream * exponent * x ^ (exponent - 1)`, 0 for exponent 0.
pub fn pow_backward(upstream: &[f32], x: &[f32], exponent: f32, gradient: &mut [f32]) {
    if exponent == 0.0 {
        return gradient.fill(0.0);
    }
    pow(x, exponent - 1.0, gradient);
    let exponent = F32x4::splat(exponent);
    accumulate_with(gradient, upstream, |power, up| up * (exponent * power));
}

/// `x` held within `[low, high]`; NaN stays.
pub fn clamp(x: &[f32], low: f32, high: f32, out: &mut [f32]) {
    let (low, high) = (F32x4::splat(low), F32x4::splat(high));
    map(x, out, |x| x.pmax(low).pmin(high));
}

/// `upstream` where x lies strictly between the bounds, else 0 (at NaN too), as torch 2.15; an
/// infinite bound is none.
pub fn clamp_backward(upstream: &[f32], x: &[f32], low: f32, high: f32, gradient: &mut [f32]) {
    let no_low = F32x4::splat(low).eq(F32x4::splat(f32::NEG_INFINITY));
    let no_high = F32x4::splat(high).eq(F32x4::splat(f32::INFINITY));
    let (low, high) = (F32x4::splat(low), F32x4::splat(high));
    zip(upstream, x, gradient, |up, x| up & x.eq(x) & (no_low | low.lt(x)) & (no_high | x.lt(high)));
}

// ---- in place ----

#[inline(always)]
pub(super) fn accumulate_with(into: &mut [f32], x: &[f32], f: impl Fn(F32x4, F32x4) -> F32x4) {
    let (into_vectors, into_rest) = into.as_chunks_mut::<LANES>();
    let (x_vectors, x_rest) = x.as_chunks::<LANES>();
    for (into, x) in into_vectors.iter_mut().zip(x_vectors) {
        f(F32x4::load(into), F32x4::load(x)).store(into);
    }
    if !into_rest.is_empty() {
        store_partial(f(load_partial(into_rest, 0.0), load_partial(x_rest, 0.0)), into_rest);
    }
}

/// `x[i] = f(x[i])`.
#[inline(always)]
pub(super) fn map_in_place(x: &mut [f32], f: impl Fn(F32x4) -> F32x4) {
    let (vectors, rest) = x.as_chunks_mut::<LANES>();
    for x in vectors {
        f(F32x4::load(x)).store(x);
    }
    if !rest.is_empty() {
        store_partial(f(load_partial(rest, 0.0)), rest);
    }
}

/// `out[i] = value`.
pub fn fill(out: &mut [f32], value: f32) {
    out.fill(value);
}

/// `into += x`.
pub fn accumulate(into: &mut [f32], x: &[f32]) {
    accumulate_with(into, x, |into, x| into + x);
}

/// [`relu`] of each element, in its place.
pub fn relu_in_place(x: &mut [f32]) {
    let (vectors, rest) = x.as_chunks_mut::<LANES>();
    for vector in vectors {
        F32x4::load(vector).pmax(ZERO).store(vector);
    }
    for x in rest {
        *x = if *x < 0.0 { 0.0 } else { *x };
    }
}

/// [`relu_backward`] over the upstream gradient.
pub fn relu_backward_in_place(upstream: &mut [f32], y: &[f32]) {
    accumulate_with(upstream, y, |up, y| up & y.ne(ZERO));
}

/// `x *= factor`.
pub fn scale_in_place(x: &mut [f32], factor: f32) {
    for x in x {
        *x *= factor;
    }
}

// ---- two operands ----

/// Two operands as a broadcast matrix: element (row, column) of an operand is at
/// `row * row_stride + column * column_stride`; a stride of 0 repeats it.
#[derive(Clone, Copy)]
pub struct Broadcast {
    pub rows: usize,
    pub columns: usize,
    pub a_row_stride: usize,
    pub a_column_stride: usize,
    pub b_row_stride: usize,
    pub b_column_stride: usize,
}

/// Functions of two operands. Comparisons give 1 or 0.
#[derive(Clone, Copy)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    Div,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    Equal,
    NotEqual,
}

/// `out[row][column] = f(a[row][column], b[row][column])`, broadcast.
pub fn binary(f: Binary, a: &[f32], b: &[f32], out: &mut [f32], dims: Broadcast) {
    match f {
        Binary::Add => broadcast(a, b, out, dims, |a, b| a + b),
        Binary::Sub => broadcast(a, b, out, dims, |a, b| a - b),
        Binary::Mul => broadcast(a, b, out, dims, |a, b| a * b),
        Binary::Div => broadcast(a, b, out, dims, |a, b| a / b),
        Binary::Greater => broadcast(a, b, out, dims, |a, b| ONE & b.lt(a)),
        Binary::GreaterEqual => broadcast(a, b, out, dims, |a, b| ONE & (b.lt(a) | a.eq(b))),
        Binary::Less => broadcast(a, b, out, dims, |a, b| ONE & a.lt(b)),
        Binary::LessEqual => broadcast(a, b, out, dims, |a, b| ONE & (a.lt(b) | a.eq(b))),
        Binary::Equal => broadcast(a, b, out, dims, |a, b| ONE & a.eq(b)),
        Binary::NotEqual => broadcast(a, b, out, dims, |a, b| ONE & a.ne(b)),
    }
}

#[inline(always)]
fn broadcast(a: &[f32], b: &[f32], out: &mut [f32], dims: Broadcast, f: impl Fn(F32x4, F32x4) -> F32x4) {
    if dims.columns == 0 {
        return;
    }
    for (row, out) in out.chunks_exact_mut(dims.columns).take(dims.rows).enumerate() {
        let a = &a[row * dims.a_row_stride..];
        let b = &b[row * dims.b_row_stride..];
        match (dims.a_column_stride, dims.b_column_stride) {
            (0, 0) => {
                let value = f(F32x4::splat(a[0]), F32x4::splat(b[0]));
                out.fill(value.to_array()[0]);
            }
            (0, _) => {
                let a = F32x4::splat(a[0]);
                map(&b[..dims.columns], out, |b| f(a, b));
            }
            (_, 0) => {
                let b = F32x4::splat(b[0]);
                map(&a[..dims.columns], out, |a| f(a, b));
            }
            _ => zip(&a[..dims.columns], &b[..dims.columns], out, &f),
        }
    }
}

/// `out[i] = condition[i] ? a[i] : b[i]`.
pub fn select(condition: &[u8], a: &[f32], b: &[f32], out: &mut [f32]) {
    for (((out, &condition), &a), &b) in out.iter_mut().zip(condition).zip(a).zip(b) {
        *out = if condition != 0 { a } else { b };
    }
}

/// `upstream` where `condition` equals `wanted`, else 0: the gradient of either side of [`select`].
pub fn select_backward(upstream: &[f32], condition: &[u8], wanted: bool, gradient: &mut [f32]) {
    for ((g, &up), &condition) in gradient.iter_mut().zip(upstream).zip(condition) {
        *g = if (condition != 0) == wanted { up } else { 0.0 };
    }
}
