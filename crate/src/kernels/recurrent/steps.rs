//! The steps of a sequence, and how their work is shared out.

use crate::kernels::linear::gemm;
use crate::parallel::{self, chunks, items_per_job, Chunks, Columns};
use crate::size::product;
use std::ops::Range;

/// The steps of a sequence.
#[derive(Clone, Copy)]
pub struct Steps<'a> {
    /// Rows of each step; they do not rise.
    pub sizes: &'a [i32],
    /// Whether it runs from the last step to the first.
    pub reverse: bool,
}

impl Steps<'_> {
    /// Calls `f` with the rows of each step, in order or in the opposite one.
    pub fn walk(self, opposite: bool, rows: usize, mut f: impl FnMut(Range<usize>)) {
        if self.reverse != opposite {
            let mut end = rows;
            for &size in self.sizes.iter().rev() {
                let start = end - size as usize;
                f(start..end);
                end = start;
            }
        } else {
            let mut start = 0;
            for &size in self.sizes {
                let end = start + size as usize;
                f(start..end);
                start = end;
            }
        }
    }
}

/// The work of one gate of one element, in elements of a simple map.
const COST: usize = 12;
/// Multiply-adds in the time of one element of a simple map.
const PER_ELEMENT: usize = 8;
/// The fewest samples of a job, and the most jobs: with fewer samples, products would be of small tiles.
const MIN_SAMPLES: usize = 16;
const MAX_JOBS: usize = 16;

/// Samples do not depend on one another: each job runs all steps of some of them, if all have as many, and several, steps.
/// Otherwise, or if they are few, there is one job, and the jobs are those of each step.
#[derive(Clone, Copy)]
pub struct Jobs {
    /// Of one job.
    samples: usize,
    /// The matrices of all rows have so many rows, each with all samples of a step; or one, with everything.
    lines: usize,
    /// Of the first step.
    batch: usize,
}

impl Jobs {
    pub fn new(steps: Steps, [width, hidden]: [usize; 2]) -> Self {
        let size = |size: Option<&i32>| size.map_or(0, |&size| size as usize);
        let [batch, last] = [size(steps.sizes.first()), size(steps.sizes.last())];
        let lines = steps.sizes.len();
        let cost = product([lines, width, hidden]) / PER_ELEMENT as u64;
        let least = items_per_job(batch, usize::try_from(cost).unwrap_or(usize::MAX)).max(MIN_SAMPLES);
        match (batch / least).min(MAX_JOBS) {
            jobs @ 2.. if last == batch && lines > 1 => Jobs { samples: batch.div_ceil(jobs), lines, batch },
            _ => Jobs { samples: batch, lines: 1, batch },
        }
    }

    /// The parts of a matrix with a row of `width` elements for each sample of each step.
    pub fn columns<T>(self, matrix: &mut [T], width: usize) -> Columns<'_, T> {
        let length = matrix.len() / self.lines.max(1);
        parallel::columns(matrix, length, if self.lines > 1 { self.samples * width } else { length })
    }

    /// The parts of a slice with `width` elements for each sample.
    pub fn samples<T>(self, slice: &mut [T], width: usize) -> Chunks<'_, T> {
        let all = (self.batch * width).min(slice.len());
        chunks(&mut slice[..all], self.samples * width)
    }

    /// The workspace of each job's thread: there may be only one thread.
    pub fn room(self, workspace: &[f32]) -> usize {
        if self.lines > 1 {
            gemm::WORKSPACE_OF_THREAD
        } else {
            workspace.len()
        }
    }

    /// How many of so many rows of a step, each with gates of `width` elements, one job takes.
    pub fn rows_at_once(self, rows: usize, width: usize) -> usize {
        if self.lines > 1 {
            rows
        } else {
            items_per_job(rows, width * COST)
        }
    }

    /// Of a step with these rows, those of one of the jobs, and where a part of [`columns`](Self::columns) has them: line, and
    /// rows on the left.
    pub fn place(self, rows: Range<usize>, job: usize) -> (Range<usize>, usize, usize) {
        if self.lines == 1 {
            return (rows.clone(), 0, rows.start);
        }
        let first = rows.start + job * self.samples;
        (first..rows.end.min(first + self.samples), rows.start / self.batch, 0)
    }
}
