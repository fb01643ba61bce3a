//! Rows of a sparse matrix times a transposed weight: `out = x Wᵀ + bias`, and the gradient of the weight.
//!
//! A weight [outputs, columns] has the factors of one column of x far apart. So elements of x are ordered by column, for
//! some rows at a time, and the factors of some columns are brought together once for all elements in them, and for
//! [`WIDTH`] outputs at a time.

use crate::parallel::{self, chunks, columns as groups_of, items_per_job};
use crate::simd::{F32x4, LANES};

/// Outputs that are computed together.
const WIDTH: usize = 32;
/// Columns whose factors are brought together: 8 KiB of them.
const TILE: usize = 64;
/// Rows whose elements are ordered by column, so that their results stay in the cache.
pub const ROWS: usize = 2048;
/// Columns of a gradient that are cleared just before something is added to them.
const CLEARED: usize = 2048;

/// A stored element.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Element {
    pub column: u32,
    pub row: u32,
    pub value: f32,
}

type Tile = [[f32; WIDTH]; TILE];

/// A sparse matrix in compressed rows.
#[derive(Clone, Copy)]
pub struct Csr<'a> {
    /// Where each row begins, and the end of the last.
    pub crow: &'a [i32],
    pub col: &'a [i32],
    pub values: &'a [f32],
}

/// The elements of each group of [`ROWS`] rows, by column, those of one column by row. `workspace` is as long.
pub fn by_column(x: Csr, columns: usize, elements: &mut [Element], workspace: &mut [Element]) {
    const BITS: u32 = 11;
    let used = usize::BITS - columns.saturating_sub(1).leading_zeros();
    let passes = used.div_ceil(BITS);
    for (first, end) in row_groups(x.crow) {
        let range = x.crow[first] as usize..x.crow[end] as usize;
        let (mut from, mut to) = (&mut elements[range.clone()], &mut workspace[range.clone()]);
        if passes % 2 == 1 {
            std::mem::swap(&mut from, &mut to);
        }
        for row in first..end {
            for k in x.crow[row] as usize..x.crow[row + 1] as usize {
                let element = Element { column: x.col[k] as u32, row: row as u32, value: x.values[k] };
                from[k - range.start] = element;
            }
        }
        for pass in 0..passes {
            let digit = |element: &Element| (element.column >> (pass * BITS)) as usize & ((1 << BITS) - 1);
            let mut starts = [0u32; 1 << BITS];
            for element in from.iter() {
                starts[digit(element)] += 1;
            }
            let mut sum = 0;
            for start in &mut starts {
                sum += std::mem::replace(start, sum);
            }
            for element in from.iter() {
                let start = &mut starts[digit(element)];
                to[*start as usize] = *element;
                *start += 1;
            }
            std::mem::swap(&mut from, &mut to);
        }
    }
}

/// First rows of the groups, and their ends.
fn row_groups(crow: &[i32]) -> impl Iterator<Item = (usize, usize)> + use<'_> {
    let rows = crow.len() - 1;
    (0..rows).step_by(ROWS).map(move |first| (first, rows.min(first + ROWS)))
}

/// The elements of a group of rows.
fn elements_of<'a>(elements: &'a [Element], crow: &[i32], (first, end): (usize, usize)) -> &'a [Element] {
    &elements[crow[first] as usize..crow[end] as usize]
}

/// The first elements, in at most [`TILE`] columns: these columns go to `used`. Returns their number, and that of the elements.
fn tile_of(elements: &[Element], used: &mut [u32; TILE]) -> (usize, usize) {
    let mut count = 0;
    for (i, element) in elements.iter().enumerate() {
        if count > 0 && used[count - 1] == element.column {
            continue;
        }
        if count == TILE {
            return (count, i);
        }
        used[count] = element.column;
        count += 1;
    }
    (count, elements.len())
}

/// `out = x Wᵀ + bias` for elements ordered by [`by_column`]; weight [outputs, columns], out [rows, outputs].
pub fn forward(
    elements: &[Element],
    crow: &[i32],
    weight: &[f32],
    columns: usize,
    bias: Option<&[f32]>,
    out: &mut [f32],
    outputs: usize,
) {
    if out.is_empty() {
        return;
    }
    let rows = crow.len() - 1;
    let together =
        WIDTH * items_per_job(outputs.div_ceil(WIDTH), (elements.len() + rows).saturating_mul(WIDTH));
    parallel::for_each(groups_of(out, outputs, together), |job, mut block| {
        let first = job * together;
        let count = together.min(outputs - first);
        for left in (0..count).step_by(WIDTH) {
            let width = WIDTH.min(count - left);
            for row in 0..rows {
                let part = block.row_part(row, left, width);
                match bias {
                    Some(bias) => part.copy_from_slice(&bias[first + left..][..width]),
                    None => part.fill(0.0),
                }
            }
            let weight = &weight[(first + left) * columns..][..width * columns];
            for group in row_groups(crow) {
                let mut rest = elements_of(elements, crow, group);
                let (mut tile, mut used): (Tile, _) = ([[0.0; WIDTH]; TILE], [0; TILE]);
                while !rest.is_empty() {
                    let (count, end) = tile_of(rest, &mut used);
                    bring_together(weight, columns, &used[..count], &mut tile);
                    let mut at = 0;
                    for element in &rest[..end] {
                        at += usize::from(used[at] != element.column);
                        add_scaled(
                            block.row_part(element.row as usize, left, width),
                            &tile[at][..width],
                            element.value,
                        );
                    }
                    rest = &rest[end..];
                }
            }
        }
    });
}

/// `tile[i][o] = weight[o][used[i]]`.
fn bring_together(weight: &[f32], columns: usize, used: &[u32], tile: &mut Tile) {
    let mut rows = weight.chunks_exact(columns);
    let mut at = 0;
    // Four rows at a time: as many streams as a processor follows, and one store of four lanes.
    while let Some(a) = rows.next() {
        match (rows.next(), rows.next(), rows.next()) {
            (Some(b), Some(c), Some(d)) => {
                for (tile, &column) in tile.iter_mut().zip(used) {
                    let column = column as usize;
                    tile[at..at + 4].copy_from_slice(&[a[column], b[column], c[column], d[column]]);
                }
            }
            (b, c, _) => {
                for (tile, &column) in tile.iter_mut().zip(used) {
                    for (tile, row) in tile[at..].iter_mut().zip([Some(a), b, c].into_iter().flatten()) {
                        *tile = row[column as usize];
                    }
                }
            }
        }
        at += 4;
    }
}

/// `into += factor x`.
#[inline(always)]
fn add_scaled(into: &mut [f32], x: &[f32], factor: f32) {
    let lanes = F32x4::splat(factor);
    let ((vectors, rest), (x_vectors, x_rest)) = (into.as_chunks_mut::<LANES>(), x.as_chunks::<LANES>());
    for (into, x) in vectors.iter_mut().zip(x_vectors) {
        F32x4::load(x).mul_add(lanes, F32x4::load(into)).store(into);
    }
    for (into, &x) in rest.iter_mut().zip(x_rest) {
        *into += factor * x;
    }
}

/// `gradient = upstreamᵀ x`: [outputs, columns], for upstream [rows, outputs].
pub fn weight_backward(
    elements: &[Element],
    crow: &[i32],
    upstream: &[f32],
    outputs: usize,
    gradient: &mut [f32],
    columns: usize,
) {
    if gradient.is_empty() {
        return;
    }
    let cost = elements.len().saturating_mul(2 * WIDTH).saturating_add(columns.saturating_mul(WIDTH) / 4);
    let together = WIDTH * items_per_job(outputs.div_ceil(WIDTH), cost);
    parallel::for_each(chunks(gradient, together.min(outputs) * columns), |job, gradient| {
        for (i, gradient) in gradient.chunks_mut(WIDTH * columns).enumerate() {
            let left = job * together.min(outputs) + i * WIDTH;
            let width = gradient.len() / columns;
            for start in (0..columns).step_by(CLEARED) {
                let end = columns.min(start + CLEARED);
                for row in gradient.chunks_exact_mut(columns) {
                    row[start..end].fill(0.0);
                }
                for group in row_groups(crow) {
                    let elements = elements_of(elements, crow, group);
                    let first = elements.partition_point(|element| (element.column as usize) < start);
                    let mut rest = &elements[first..];
                    rest = &rest[..rest.partition_point(|element| (element.column as usize) < end)];
                    let mut used = [0; TILE];
                    while !rest.is_empty() {
                        let (count, end) = tile_of(rest, &mut used);
                        let mut tile: Tile = [[0.0; WIDTH]; TILE];
                        let mut at = 0;
                        for element in &rest[..end] {
                            at += usize::from(used[at] != element.column);
                            let upstream = &upstream[element.row as usize * outputs + left..][..width];
                            add_scaled(&mut tile[at][..width], upstream, element.value);
                        }
                        for (output, row) in gradient.chunks_exact_mut(columns).enumerate() {
                            for (tile, &column) in tile.iter().zip(&used[..count]) {
                                row[column as usize] += tile[output];
                            }
                        }
                        rest = &rest[end..];
                    }
                }
            }
        }
    });
}
