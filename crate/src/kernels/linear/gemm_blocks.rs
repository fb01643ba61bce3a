//! The blocks of a matrix product: their packing, and the loops over them on one thread.

use super::gemm_tile::{multiply_panels, rows_in_tall, Region, Start, COLUMNS, SHORT, TALL};
use crate::parallel::Block;
use crate::simd::{F32x4, LANES};

/// Depth of a block: a panel of B (8 x 512 floats, 16 KiB) stays in the first-level cache.
pub const BLOCK_DEPTH: usize = 512;
/// Rows of a block: the packed block of A (192 KiB) stays in the second-level cache.
pub const BLOCK_ROWS: usize = 96;
/// Columns of a block: the packed block of B is 512 KiB.
pub const BLOCK_COLUMNS: usize = 256;

/// Length of the workspace of a product on one thread, in floats.
pub const WORKSPACE: usize = BLOCK_DEPTH * (BLOCK_ROWS + BLOCK_COLUMNS);

/// An operand of a product: lines are rows of A or columns of B; the depth is the dimension of the sums.
pub trait Operand: Sync {
    /// Fills `packed[panel][depth][line]` for panels of `WIDTH` lines from `line` on, padded with zeros.
    fn pack<const WIDTH: usize>(
        &self,
        packed: &mut [f32],
        line: usize,
        lines: usize,
        depth: usize,
        depths: usize,
    );

    /// The panels of [`COLUMNS`] lines of a block that [`pack`](Self::pack) would make: packed in `room`, if they are not yet.
    fn panels<'a>(
        &'a self,
        room: &'a mut [f32],
        line: usize,
        lines: usize,
        depth: usize,
        depths: usize,
    ) -> &'a [f32] {
        self.pack::<COLUMNS>(room, line, lines, depth, depths);
        room
    }
}

/// `out [m, n] (+)= A [m, k] B [k, n]`, on this thread.
pub fn multiply<const FUSED: bool>(
    a: &impl Operand,
    b: &impl Operand,
    start: Start,
    out: &mut [f32],
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
) {
    multiply_into::<FUSED>(a, b, start, &mut Block::whole(out, n), workspace, [m, n, k]);
}

/// The depth of blocks: all are of equal depth.
pub fn block_depth(k: usize) -> usize {
    k.div_ceil(k.div_ceil(BLOCK_DEPTH).max(1))
}

/// The same, to a part of the result, in blocks.
pub fn multiply_into<const FUSED: bool>(
    a: &impl Operand,
    b: &impl Operand,
    start: Start,
    out: &mut Block<f32>,
    workspace: &mut [f32],
    [m, n, k]: [usize; 3],
) {
    if n == 0 {
        return;
    }
    if k == 0 {
        for row in 0..m {
            start.write(row, 0, out.row_part(row, 0, n), |_| 0.0);
        }
        return;
    }
    let (packed_a, packed_b) = workspace.split_at_mut(BLOCK_DEPTH * BLOCK_ROWS);
    let block_depth = block_depth(k);
    // Shallow blocks have more rows.
    let block_rows = BLOCK_ROWS * (BLOCK_DEPTH / block_depth);
    let mut packed = None;
    for column in (0..n).step_by(BLOCK_COLUMNS) {
        let columns = BLOCK_COLUMNS.min(n - column);
        for depth in (0..k).step_by(block_depth) {
            let depths = block_depth.min(k - depth);
            let packed_b = b.panels(packed_b, column, columns, depth, depths);
            let start = if depth > 0 { Start::Accumulate } else { start };
            for row in (0..m).step_by(block_rows) {
                let rows = block_rows.min(m - row);
                // A small A is packed only once.
                if packed != Some((row, depth)) {
                    pack_rows::<FUSED>(a, packed_a, row, rows, depth, depths);
                    packed = Some((row, depth));
                }
                let region = Region { top: row, height: rows, left: column, width: columns };
                multiply_block::<FUSED>(packed_a, packed_b, depths, start, out, region);
            }
        }
    }
}

/// Packs rows of A, the tall panels first.
pub fn pack_rows<const FUSED: bool>(
    a: &impl Operand,
    packed: &mut [f32],
    row: usize,
    rows: usize,
    depth: usize,
    depths: usize,
) {
    let tall = rows_in_tall::<FUSED>(rows);
    let (tall_panels, short_panels) = packed.split_at_mut(tall.next_multiple_of(TALL) * depths);
    if tall > 0 {
        a.pack::<TALL>(tall_panels, row, tall, depth, depths);
    }
    if tall < rows {
        a.pack::<SHORT>(short_panels, row + tall, rows - tall, depth, depths);
    }
}

/// Multiplies a packed block of A by one of B, for one region of the result.
pub fn multiply_block<const FUSED: bool>(
    packed_a: &[f32],
    packed_b: &[f32],
    depths: usize,
    start: Start,
    out: &mut Block<f32>,
    block: Region,
) {
    let tall = rows_in_tall::<FUSED>(block.height);
    let short = block.height - tall;
    let (tall_panels, rest) = packed_a.split_at(tall.next_multiple_of(TALL) * depths);
    let short_panels = &rest[..short.next_multiple_of(SHORT) * depths];
    let (b_depths, _) = packed_b.as_chunks::<COLUMNS>();
    let panels = b_depths.chunks_exact(depths).take(block.width.div_ceil(COLUMNS));
    for (j, b_panel) in panels.enumerate() {
        let left = j * COLUMNS;
        let region = Region { left: block.left + left, width: COLUMNS.min(block.width - left), ..block };
        if tall > 0 {
            let region = Region { height: tall, ..region };
            multiply_panels::<TALL, FUSED>(tall_panels, b_panel, start, out, region);
        }
        if short > 0 {
            let region = Region { top: block.top + tall, height: short, ..region };
            multiply_panels::<SHORT, FUSED>(short_panels, b_panel, start, out, region);
        }
    }
}

/// A dense operand with one stride of 1.
pub struct Matrix<'a> {
    values: &'a [f32],
    line_stride: usize,
    depth_stride: usize,
    /// What [`pack_all`] has made of it, or empty.
    panels: &'a [f32],
    /// Lines of the panels.
    padded: usize,
}

impl<'a> Matrix<'a> {
    /// Lines are rows of a row-major matrix with rows `stride` apart.
    pub fn rows(values: &'a [f32], stride: usize) -> Self {
        Matrix { values, line_stride: stride, depth_stride: 1, panels: &[], padded: 0 }
    }
    /// Lines are the columns of a row-major matrix.
    pub fn columns(values: &'a [f32], stride: usize) -> Self {
        Matrix { values, line_stride: 1, depth_stride: stride, panels: &[], padded: 0 }
    }
    /// The same with the panels that [`pack_all`] has made of so many lines.
    pub fn with_panels(self, panels: &'a [f32], lines: usize) -> Self {
        Matrix { panels, padded: lines.next_multiple_of(COLUMNS), ..self }
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

    fn panels<'a>(
        &'a self,
        room: &'a mut [f32],
        line: usize,
        lines: usize,
        depth: usize,
        depths: usize,
    ) -> &'a [f32] {
        if self.panels.is_empty() {
            self.pack::<COLUMNS>(room, line, lines, depth, depths);
            return room;
        }
        &self.panels[self.padded * depth + line * depths..]
    }
}

/// Packs all of B, `[block of the depth][panel][depth][line]`: for several products with it.
pub fn pack_all(b: &Matrix, panels: &mut [f32], lines: usize, k: usize) {
    let (padded, block_depth) = (lines.next_multiple_of(COLUMNS), block_depth(k));
    for depth in (0..k).step_by(block_depth) {
        let depths = block_depth.min(k - depth);
        b.pack::<COLUMNS>(&mut panels[padded * depth..][..padded * depths], 0, lines, depth, depths);
    }
}

/// Packs four lines of a panel from line `first` on, with zeros for missing values.
#[inline(always)]
pub fn pack_lines<const WIDTH: usize>(lines: [&[f32]; LANES], groups: &mut [[f32; WIDTH]], first: usize) {
    // Except in a last panel, either all lines have values or none.
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

/// Packs one line of a panel, with zeros for missing values.
#[inline(always)]
pub fn pack_line<const WIDTH: usize>(values: &[f32], groups: &mut [[f32; WIDTH]], line: usize) {
    if values.is_empty() {
        groups.iter_mut().for_each(|group| group[line] = 0.0);
    }
    for (group, &value) in groups.iter_mut().zip(values) {
        group[line] = value;
    }
}
