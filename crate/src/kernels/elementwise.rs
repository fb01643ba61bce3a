//! Elementwise functions of one or two operands, and their gradients.

use super::rows::{
    combine, in_vectors, map, map_in_place, map_long, map_vectors, zip, zip_long, zip_vectors, Lanes, Vectors,
};
use crate::float64;
use crate::math;
use crate::simd::{F32x4, LANES};

const ZERO: F32x4 = F32x4::splat(0.0);
const ONE: F32x4 = F32x4::splat(1.0);

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
    map_long(x, out, math::exp());
}

pub fn log(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::log());
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
    map_long(x, out, math::sigmoid());
}

/// `upstream * (1 - y) * y`, y being the sigmoid.
pub fn sigmoid_backward(upstream: &[f32], y: &[f32], gradient: &mut [f32]) {
    zip(upstream, y, gradient, |up, y| up * (ONE - y) * y);
}

pub fn logsigmoid(x: &[f32], out: &mut [f32]) {
    map_long(x, out, math::logsigmoid());
}

/// `upstream * sigmoid(-x)`.
pub fn logsigmoid_backward(upstream: &[f32], x: &[f32], gradient: &mut [f32]) {
    let sigmoid = math::sigmoid();
    zip_long(upstream, x, gradient, |up, x| up * sigmoid(x ^ F32x4::splat(-0.0)));
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
        *out = float64::pow(f64::from(x), f64::from(exponent)) as f32;
    }
}

/// `upstream * exponent * x ^ (exponent - 1)`, 0 for exponent 0.
pub fn pow_backward(upstream: &[f32], x: &[f32], exponent: f32, gradient: &mut [f32]) {
    if exponent == 0.0 {
        return gradient.fill(0.0);
    }
    pow(x, exponent - 1.0, gradient);
    let exponent = F32x4::splat(exponent);
    combine(gradient, upstream, |power, up| up * (exponent * power));
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

/// `out[i] = value`.
pub fn fill(out: &mut [f32], value: f32) {
    let value = F32x4::splat(value);
    map_in_place(out, |_| value);
}

/// `into += x`.
pub fn accumulate(into: &mut [f32], x: &[f32]) {
    combine(into, x, |into, x| into + x);
}

/// [`relu`] of each element, in its place.
pub fn relu_in_place(x: &mut [f32]) {
    map_in_place(x, |x| x.pmax(ZERO));
}

/// [`relu_backward`] over the upstream gradient.
pub fn relu_backward_in_place(upstream: &mut [f32], y: &[f32]) {
    combine(upstream, y, |up, y| up & y.ne(ZERO));
}

/// `x *= factor`.
pub fn scale_in_place(x: &mut [f32], factor: f32) {
    let factor = F32x4::splat(factor);
    map_in_place(x, |x| x * factor);
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
    if out.is_empty() {
        return;
    }
    let f: &dyn Vectors = match f {
        Binary::Add => &Repeating(|a, b| a + b),
        Binary::Sub => &Repeating(|a, b| a - b),
        Binary::Mul => &Repeating(|a, b| a * b),
        Binary::Div => &Repeating(|a, b| a / b),
        Binary::Greater => &Repeating(|a, b| ONE & b.lt(a)),
        Binary::GreaterEqual => &Repeating(|a, b| ONE & b.le(a)),
        Binary::Less => &Repeating(|a, b| ONE & a.lt(b)),
        Binary::LessEqual => &Repeating(|a, b| ONE & a.le(b)),
        Binary::Equal => &Repeating(|a, b| ONE & a.eq(b)),
        Binary::NotEqual => &Repeating(|a, b| ONE & a.ne(b)),
    };
    let Broadcast { mut rows, mut columns, .. } = dims;
    let mut a = Operand { values: a, row_stride: dims.a_row_stride, column_stride: dims.a_column_stride };
    let mut b = Operand { values: b, row_stride: dims.b_row_stride, column_stride: dims.b_column_stride };
    if columns == 1 {
        (rows, columns) = (1, rows);
        (a.column_stride, b.column_stride) = (a.row_stride, b.row_stride);
    } else if a.is_one_row(columns) && b.is_one_row(columns) {
        (rows, columns) = (1, rows * columns);
    }
    if rows == 1 || columns >= LONG_ROW {
        for (row, out) in out.chunks_mut(columns).enumerate() {
            let [mut a_repeated, mut b_repeated] = [[0.0; REPEATED]; 2];
            in_vectors(a.row(row, columns, &mut a_repeated), b.row(row, columns, &mut b_repeated), out, f);
        }
    } else {
        short_rows(a, b, out, columns, f);
    }
}

/// `out[i] = f(a[i], b[i])`, an operand of one vector being repeated.
struct Repeating<F: Fn(F32x4, F32x4) -> F32x4>(F);

impl<F: Fn(F32x4, F32x4) -> F32x4> Vectors for Repeating<F> {
    fn run(&self, a: &[Lanes], b: &[Lanes], out: &mut [Lanes]) {
        if let [a] = a {
            let a = F32x4::load(a);
            map_vectors(b, out, |b| (self.0)(a, b));
        } else if let [b] = b {
            let b = F32x4::load(b);
            map_vectors(a, out, |a| (self.0)(a, b));
        } else {
            zip_vectors(a, b, out, &self.0);
        }
    }
}

/// One vector and the rest of one, which stand for as many as the other operand has.
const REPEATED: usize = 2 * LANES - 1;
/// Rows of so many columns are taken one by one, shorter ones several at a time.
const LONG_ROW: usize = 128;
/// Elements that are taken at a time of short rows.
const TILE: usize = 256;

#[derive(Clone, Copy)]
struct Operand<'a> {
    values: &'a [f32],
    row_stride: usize,
    column_stride: usize,
}

impl Operand<'_> {
    /// Whether all elements follow one another, or are the same.
    fn is_one_row(self, columns: usize) -> bool {
        self.row_stride == if self.column_stride == 0 { 0 } else { columns }
    }
    /// The elements of one row; where they are the same, [`REPEATED`] of them.
    fn row<'a>(&'a self, row: usize, columns: usize, repeated: &'a mut [f32; REPEATED]) -> &'a [f32] {
        let values = &self.values[row * self.row_stride..];
        if self.column_stride != 0 {
            return &values[..columns];
        }
        *repeated = [values[0]; REPEATED];
        repeated
    }
    /// Copies the elements of short rows, from the given one on.
    fn copy_rows(&self, first: usize, columns: usize, out: &mut [f32]) {
        for (i, out) in out.chunks_mut(columns).enumerate() {
            let values = &self.values[(first + i) * self.row_stride..];
            if self.column_stride == 0 {
                out.fill(values[0]);
            } else {
                out.copy_from_slice(&values[..columns]);
            }
        }
    }
}

/// As many short rows at a time as a tile holds.
fn short_rows(a: Operand, b: Operand, out: &mut [f32], columns: usize, f: &dyn Vectors) {
    let rows = TILE / columns;
    let mut tiles = [[0.0; TILE]; 2];
    for (run, out) in out.chunks_mut(rows * columns).enumerate() {
        for (operand, tile) in [a, b].iter().zip(&mut tiles) {
            // What is the same in every row is there from the first run on, the longest.
            if operand.row_stride != 0 || run == 0 {
                operand.copy_rows(run * rows, columns, &mut tile[..out.len()]);
            }
        }
        in_vectors(&tiles[0][..out.len()], &tiles[1][..out.len()], out, f);
    }
}

/// `out[i] = condition[i] ? a[i] : b[i]`.
pub fn select(condition: &[u8], a: &[f32], b: &[f32], out: &mut [f32]) {
    let (conditions, condition_rest) = condition.as_chunks::<LANES>();
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let (vectors, out_rest) = out.as_chunks_mut::<LANES>();
    for (((out, condition), a), b) in vectors.iter_mut().zip(conditions).zip(a).zip(b) {
        F32x4::select(is_true(condition), F32x4::load(a), F32x4::load(b)).store(out);
    }
    for (((out, &condition), &a), &b) in out_rest.iter_mut().zip(condition_rest).zip(a_rest).zip(b_rest) {
        *out = if condition != 0 { a } else { b };
    }
}

/// `upstream` where `condition` equals `wanted`, else 0: the gradient of either side of [`select`].
pub fn select_backward(upstream: &[f32], condition: &[u8], wanted: bool, gradient: &mut [f32]) {
    let (conditions, condition_rest) = condition.as_chunks::<LANES>();
    let (upstreams, upstream_rest) = upstream.as_chunks::<LANES>();
    let (vectors, gradient_rest) = gradient.as_chunks_mut::<LANES>();
    for ((g, up), condition) in vectors.iter_mut().zip(upstreams).zip(conditions) {
        let (up, mask) = (F32x4::load(up), is_true(condition));
        (if wanted { up & mask } else { up.and_not(mask) }).store(g);
    }
    for ((g, &up), &condition) in gradient_rest.iter_mut().zip(upstream_rest).zip(condition_rest) {
        *g = if (condition != 0) == wanted { up } else { 0.0 };
    }
}

/// Mask where a byte is not 0.
#[inline(always)]
fn is_true(condition: &[u8; LANES]) -> F32x4 {
    F32x4::from_u8(condition).ne(ZERO)
}
