//! Elementwise functions of two operands, broadcast.

use super::rows::{in_vectors, map_vectors, zip_vectors, Lanes, Vectors};
use crate::parallel::{self, chunks, items_per_job};
use crate::simd::{F32x4, LANES};

const ONE: F32x4 = F32x4::splat(1.0);

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

impl Broadcast {
    /// Those of the operands in the other order.
    fn swapped(self) -> Self {
        Broadcast {
            a_row_stride: self.b_row_stride,
            a_column_stride: self.b_column_stride,
            b_row_stride: self.a_row_stride,
            b_column_stride: self.a_column_stride,
            ..self
        }
    }
    /// The same with a single row, if all elements of each operand are consecutive or equal.
    pub fn joined(self) -> Self {
        let Broadcast { rows, columns, .. } = self;
        let is_one_row =
            |row_stride, column_stride| row_stride == if column_stride == 0 { 0 } else { columns };
        if columns == 1 {
            Broadcast {
                rows: 1,
                columns: rows,
                a_column_stride: self.a_row_stride,
                b_column_stride: self.b_row_stride,
                ..self
            }
        } else if is_one_row(self.a_row_stride, self.a_column_stride)
            && is_one_row(self.b_row_stride, self.b_column_stride)
        {
            Broadcast { rows: 1, columns: rows * columns, ..self }
        } else {
            self
        }
    }
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
    let f: &dyn Vectors = match f {
        Binary::Add => &Repeating(|a, b| a + b),
        Binary::Sub => &Repeating(|a, b| a - b),
        Binary::Mul => &Repeating(|a, b| a * b),
        Binary::Div => &Repeating(|a, b| a / b),
        Binary::Greater => return binary(Binary::Less, b, a, out, dims.swapped()),
        Binary::GreaterEqual => return binary(Binary::LessEqual, b, a, out, dims.swapped()),
        Binary::Less => &Repeating(|a, b| ONE & a.lt(b)),
        Binary::LessEqual => &Repeating(|a, b| ONE & a.le(b)),
        Binary::Equal => &Repeating(|a, b| ONE & a.eq(b)),
        Binary::NotEqual => &Repeating(|a, b| ONE & a.ne(b)),
    };
    broadcast(f, a, b, out, dims);
}

/// `a + weight (b - a)`, broadcast, as the distance from b where the weight is nearer to 1.
pub fn lerp(a: &[f32], b: &[f32], weight: f32, out: &mut [f32], dims: Broadcast) {
    let is_near = weight.abs() < 0.5;
    let factor = F32x4::splat(if is_near { weight } else { weight - 1.0 });
    let f: &dyn Vectors = if is_near {
        &Repeating(move |a, b| factor.mul_add(b - a, a))
    } else {
        &Repeating(move |a, b| factor.mul_add(b - a, b))
    };
    broadcast(f, a, b, out, dims);
}

/// `out[row][column] = f(a[row][column], b[row][column])` by a function of vectors that takes repeated operands.
pub fn broadcast(f: &dyn Vectors, a: &[f32], b: &[f32], out: &mut [f32], dims: Broadcast) {
    if out.is_empty() {
        return;
    }
    let dims = dims.joined();
    let Broadcast { rows, columns, .. } = dims;
    let a = Operand { values: a, row_stride: dims.a_row_stride, column_stride: dims.a_column_stride };
    let b = Operand { values: b, row_stride: dims.b_row_stride, column_stride: dims.b_column_stride };
    if rows == 1 || columns >= LONG_ROW {
        let job_rows = items_per_job(rows, columns);
        parallel::for_each(chunks(out, job_rows * columns), |job, out| {
            for (i, out) in out.chunks_mut(columns).enumerate() {
                let row = job * job_rows + i;
                let [mut a_repeated, mut b_repeated] = [[0.0; REPEATED]; 2];
                in_vectors(
                    a.row(row, columns, &mut a_repeated),
                    b.row(row, columns, &mut b_repeated),
                    out,
                    f,
                );
            }
        });
    } else {
        short_rows(a, b, out, columns, f);
    }
}

/// `out[i] = f(a[i], b[i])`; an operand of one vector is repeated.
pub struct Repeating<F: Fn(F32x4, F32x4) -> F32x4>(pub F);

impl<F: Fn(F32x4, F32x4) -> F32x4 + Sync> Vectors for Repeating<F> {
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

/// Enough equal elements for one vector and a tail, repeated to the length of the other operand.
const REPEATED: usize = 2 * LANES - 1;
/// Rows with at least this many columns are processed one by one, shorter ones several at a time.
const LONG_ROW: usize = 128;
/// Elements of short rows that are processed at a time.
const TILE: usize = 256;

#[derive(Clone, Copy)]
struct Operand<'a> {
    values: &'a [f32],
    row_stride: usize,
    column_stride: usize,
}

impl Operand<'_> {
    /// The elements of one row, or [`REPEATED`] copies of a repeated element.
    fn row<'a>(&'a self, row: usize, columns: usize, repeated: &'a mut [f32; REPEATED]) -> &'a [f32] {
        let values = &self.values[row * self.row_stride..];
        if self.column_stride != 0 {
            return &values[..columns];
        }
        *repeated = [values[0]; REPEATED];
        repeated
    }
    /// Copies the elements of short rows, from row `first` on.
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

/// Processes as many short rows at a time as fit a tile.
fn short_rows(a: Operand, b: Operand, out: &mut [f32], columns: usize, f: &dyn Vectors) {
    let rows = TILE / columns;
    let mut tiles = [[0.0; TILE]; 2];
    for (run, out) in out.chunks_mut(rows * columns).enumerate() {
        for (operand, tile) in [a, b].iter().zip(&mut tiles) {
            // An operand that is equal in every row is copied only once, for the first and longest run.
            if operand.row_stride != 0 || run == 0 {
                operand.copy_rows(run * rows, columns, &mut tile[..out.len()]);
            }
        }
        in_vectors(&tiles[0][..out.len()], &tiles[1][..out.len()], out, f);
    }
}
