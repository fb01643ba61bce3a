//! Single precision matrix product, with the transposed forms that backward passes need and a
//! fused bias.
//!
//! Five loops around a register tile, after Goto & van de Geijn, "Anatomy of high-performance matrix
//! multiplication" (2008). 4x8 is the largest that V8's 15 vector registers hold: 8 accumulators, 2
//! vectors of B, 1 of A and the products; with relaxed SIMD, which has no products apart, 6x8. Both
//! operands are packed into panels, so transposition costs nothing in the inner loop.

use crate::simd::{F32x4, LANES};

/// Rows and columns of the register tile.
const TILE_ROWS: usize = if cfg!(target_feature = "relaxed-simd") { 6 } else { 4 };
const TILE_COLUMNS: usize = 8;
/// Depth of a block: a panel of B (8 x 256 floats, 8 KiB) stays in the first-level cache.
const BLOCK_DEPTH: usize = 256;
/// Rows of a block: the packed block of A (96 KiB) stays in the second-level cache.
const BLOCK_ROWS: usize = 96;
/// Columns of a block: the packed block of B is 512 KiB.
const BLOCK_COLUMNS: usize = 512;

/// Floats that [`gemm`] wants as workspace.
pub const WORKSPACE: usize = BLOCK_DEPTH * (BLOCK_ROWS + BLOCK_COLUMNS);

/// `out [m, n] = A [m, k] B [k, n]`. A is stored `[k, m]` if `a_transposed`, B `[n, k]` if `b_transposed`.
#[derive(Clone, Copy, Debug)]
pub struct Dims {
    pub m: usize,
    pub n: usize,
    pub k: usize,
    pub a_transposed: bool,
    pub b_transposed: bool,
}

/// `out = A B + bias`; the bias, `n` long, is added to every row where given.
/// `workspace` is [`WORKSPACE`] floats, its contents of no account.
pub fn gemm(a: &[f32], b: &[f32], bias: Option<&[f32]>, out: &mut [f32], workspace: &mut [f32], dims: Dims) {
    let Dims { m, n, k, .. } = dims;
    let start = bias.map_or(Start::Zero, Start::ColumnBias);
    let a = if dims.a_transposed { Matrix::columns(a, m) } else { Matrix::rows(a, k) };
    let b = if dims.b_transposed { Matrix::rows(b, k) } else { Matrix::columns(b, n) };
    multiply(&a, &b, start, out, workspace, [m, n, k]);
}

/// An operand of a product: lines are rows of A or columns of B, depths what they are summed over.
pub trait Operand {
    /// Fills `packed[panel][depth][line]` for panels of `WIDTH` lines from `line` on, missing lines as zeros.
    fn pack<const WIDTH: usize>(
        &self,
        packed: &mut [f32],
        line: usize,
        lines: usize,
        depth: usize,
        depths: usize,
    );
}

/// `out [m, n] (+)= A [m, k] B [k, n]`, in blocks.
pub fn multiply(
    a: &impl Operand,
    b: &impl Operand,
    start: Start,
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
) {
    if n == 0 {
        return;
    }
    if k == 0 {
        for (row, out) in out.chunks_exact_mut(n).take(m).enumerate() {
            start.write(row, 0, out, |_| 0.0);
        }
        return;
    }
    let (packed_a, packed_b) = workspace.split_at_mut(BLOCK_DEPTH * BLOCK_ROWS);
    for column in (0..n).step_by(BLOCK_COLUMNS) {
        let columns = BLOCK_COLUMNS.min(n - column);
        for depth in (0..k).step_by(BLOCK_DEPTH) {
            let depths = BLOCK_DEPTH.min(k - depth);
            b.pack::<TILE_COLUMNS>(packed_b, column, columns, depth, depths);
            for row in (0..m).step_by(BLOCK_ROWS) {
                let rows = BLOCK_ROWS.min(m - row);
                a.pack::<TILE_ROWS>(packed_a, row, rows, depth, depths);
                let start = if depth > 0 { Start::Accumulate } else { start };
                multiply_block(
                    packed_a,
                    packed_b,
                    start,
                    out,
                    Block { row, column, rows, columns, depths, n },
                );
            }
        }
    }
}

/// What the sums are added to.
#[derive(Clone, Copy)]
pub enum Start<'a> {
    Zero,
    /// One value for each column of the result.
    ColumnBias(&'a [f32]),
    /// One value for each row of the result.
    RowBias(&'a [f32]),
    /// What is there.
    Accumulate,
}

impl Start<'_> {
    /// Writes one row of a tile from its registers: as many columns as `out` has.
    #[inline(always)]
    pub fn store_row(self, sums: [F32x4; 2], row: usize, left: usize, out: &mut [f32]) {
        if let ([low, high], []) = out.as_chunks_mut::<LANES>() {
            let added = match self {
                Start::Zero => return store_pair(sums, low, high),
                Start::RowBias(bias) => [F32x4::splat(bias[row]); 2],
                Start::ColumnBias(bias) => {
                    let (bias, _) = bias[left..left + 2 * LANES].as_chunks::<LANES>();
                    [F32x4::load(&bias[0]), F32x4::load(&bias[1])]
                }
                Start::Accumulate => [F32x4::load(low), F32x4::load(high)],
            };
            return store_pair([sums[0] + added[0], sums[1] + added[1]], low, high);
        }
        let sums = sums.map(F32x4::to_array);
        let sums = sums.as_flattened();
        self.write(row, left, out, |i| sums[i]);
    }

    /// Writes one row of a tile, whose first column is `left`.
    #[inline(always)]
    fn write(self, row: usize, left: usize, out: &mut [f32], sum: impl Fn(usize) -> f32) {
        for (i, out) in out.iter_mut().enumerate() {
            *out = sum(i)
                + match self {
                    Start::Zero => 0.0,
                    Start::ColumnBias(bias) => bias[left + i],
                    Start::RowBias(bias) => bias[row],
                    Start::Accumulate => *out,
                };
        }
    }
}

#[inline(always)]
fn store_pair(sums: [F32x4; 2], low: &mut [f32; LANES], high: &mut [f32; LANES]) {
    sums[0].store(low);
    sums[1].store(high);
}

/// Where a block lies in the result, whose rows are `n` long.
struct Block {
    row: usize,
    column: usize,
    rows: usize,
    columns: usize,
    depths: usize,
    n: usize,
}

/// A dense operand; one of the strides is 1.
pub struct Matrix<'a> {
    values: &'a [f32],
    line_stride: usize,
    depth_stride: usize,
}

impl<'a> Matrix<'a> {
    /// Lines are rows of a row-major matrix with rows `stride` apart.
    pub fn rows(values: &'a [f32], stride: usize) -> Self {
        Matrix { values, line_stride: stride, depth_stride: 1 }
    }
    /// Lines are its columns.
    pub fn columns(values: &'a [f32], stride: usize) -> Self {
        Matrix { values, line_stride: 1, depth_stride: stride }
    }
}

impl Operand for Matrix<'_> {
    fn pack<const WIDTH: usize>(
        &self,
        packed: &mut [f32],
        line: usize,
        lines: usize,
        depth: usize,
        depths: usize,
    ) {
        let source = &self.values[line * self.line_stride + depth * self.depth_stride..];
        for (panel, packed) in packed.chunks_exact_mut(WIDTH * depths).take(lines.div_ceil(WIDTH)).enumerate()
        {
            let first = panel * WIDTH;
            let width = WIDTH.min(lines - first);
            let source = &source[first * self.line_stride..];
            let (groups, _) = packed.as_chunks_mut::<WIDTH>();
            if self.line_stride == 1 {
                for (depth, group) in groups.iter_mut().enumerate() {
                    let source = &source[depth * self.depth_stride..];
                    match source.first_chunk::<WIDTH>() {
                        Some(whole) if width == WIDTH => *group = *whole,
                        _ => {
                            group.fill(0.0);
                            group[..width].copy_from_slice(&source[..width]);
                        }
                    }
                }
            } else {
                let line = |i| if i < width { &source[i * self.line_stride..][..depths] } else { &[] };
                let fours = WIDTH - WIDTH % LANES;
                for first in (0..fours).step_by(LANES) {
                    pack_lines(std::array::from_fn(|i| line(first + i)), groups, first);
                }
                for i in fours..WIDTH {
                    pack_line(line(i), groups, i);
                }
            }
        }
    }
}

/// Four lines of a panel from the one numbered `first` on; zeros where one has no values.
#[inline(always)]
fn pack_lines<const WIDTH: usize>(lines: [&[f32]; LANES], groups: &mut [[f32; WIDTH]], first: usize) {
    // All or none has values, but in a last panel.
    let fours = if lines.iter().all(|line| line.len() == groups.len()) { groups.len() / LANES } else { 0 };
    let vectors = lines.map(|line| line.as_chunks::<LANES>().0);
    for (at, groups) in groups.chunks_exact_mut(LANES).take(fours).enumerate() {
        let columns = F32x4::transpose(vectors.map(|line| F32x4::load(&line[at])));
        for (group, column) in groups.iter_mut().zip(columns) {
            column.store(&mut group[first..].as_chunks_mut::<LANES>().0[0]);
        }
    }
    for (i, line) in lines.into_iter().enumerate() {
        let rest = line.get(fours * LANES..).unwrap_or_default();
        pack_line(rest, &mut groups[fours * LANES..], first + i);
    }
}

/// One line of a panel; zeros where it has no values.
#[inline(always)]
pub fn pack_line<const WIDTH: usize>(values: &[f32], groups: &mut [[f32; WIDTH]], line: usize) {
    if values.is_empty() {
        groups.iter_mut().for_each(|group| group[line] = 0.0);
    }
    for (group, &value) in groups.iter_mut().zip(values) {
        group[line] = value;
    }
}

fn multiply_block(packed_a: &[f32], packed_b: &[f32], start: Start, out: &mut [f32], block: Block) {
    let Block { row, column, rows, columns, depths, n } = block;
    for (j, b_panel) in
        packed_b.chunks_exact(TILE_COLUMNS * depths).take(columns.div_ceil(TILE_COLUMNS)).enumerate()
    {
        let left = column + j * TILE_COLUMNS;
        let width = TILE_COLUMNS.min(column + columns - left);
        for (i, a_panel) in
            packed_a.chunks_exact(TILE_ROWS * depths).take(rows.div_ceil(TILE_ROWS)).enumerate()
        {
            let top = row + i * TILE_ROWS;
            let height = TILE_ROWS.min(row + rows - top);
            let tile = multiply_tile(a_panel, b_panel);
            for (r, sums) in tile.iter().enumerate().take(height) {
                let out = &mut out[(top + r) * n + left..][..width];
                start.store_row(*sums, top + r, left, out);
            }
        }
    }
}

/// The micro-kernel: a rows x depth panel times a depth x 8 panel, all in registers.
#[inline(always)]
fn multiply_tile(a_panel: &[f32], b_panel: &[f32]) -> [[F32x4; 2]; TILE_ROWS] {
    let mut tile = [[F32x4::splat(0.0); 2]; TILE_ROWS];
    let depths = a_panel.as_chunks::<TILE_ROWS>().0.iter().zip(b_panel.as_chunks::<TILE_COLUMNS>().0);
    for (a, b) in depths {
        let (b, _) = b.as_chunks::<LANES>();
        let (left, right) = (F32x4::load(&b[0]), F32x4::load(&b[1]));
        for (sums, &a) in tile.iter_mut().zip(a) {
            let a = F32x4::splat(a);
            sums[0] = a.mul_add(left, sums[0]);
            sums[1] = a.mul_add(right, sums[1]);
        }
    }
    tile
}
