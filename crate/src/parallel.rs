//! Fork and join: jobs that run on all threads.
//!
//! Work is cut into jobs by its sizes alone, never by the number of threads, and what jobs sum up is combined in their
//! order. So results have the same bits for any number of threads.
//!
//! In WebAssembly, [`fork`] of the host (`ts/kernels/threads`) hands jobs to workers that run the same module on the same
//! memory; natively, tests run them on three threads.

use std::marker::PhantomData;

/// The most jobs of one fork: enough that threads of different speed finish together.
pub const MAX_JOBS: usize = 64;

/// The least work of one job, in elements of a simple map: some 8 us, several times what handing it over takes.
const MIN_WORK: usize = 1 << 15;

/// How many of `items` one job takes; `cost` is the work of one item, in elements of a simple map.
pub fn items_per_job(items: usize, cost: usize) -> usize {
    (MIN_WORK / cost.max(1)).max(1).max(items.div_ceil(MAX_JOBS))
}

/// Runs `job(i)` for every `i` below `jobs`.
pub fn run(jobs: usize, job: impl Fn(usize) + Sync) {
    fork_join(jobs, usize::MAX, &|index, _thread| job(index));
}

/// Runs `job(i, part)` for every part. Jobs may finish in any order.
pub fn for_each<P: Parts>(parts: P, job: impl Fn(usize, P::Part) + Sync) {
    fork_join(parts.count(), usize::MAX, &|index, _thread| {
        // SAFETY: every index is run once.
        job(index, unsafe { parts.part(index) })
    });
}

/// The same with a workspace for each thread: `room` elements of `workspace`, which has room for at least one thread.
/// Contents are arbitrary.
pub fn for_each_with<P: Parts, T: Send>(
    parts: P,
    workspace: &mut [T],
    room: usize,
    job: impl Fn(usize, P::Part, &mut [T]) + Sync,
) {
    let rooms = chunks(workspace, room);
    fork_join(parts.count(), rooms.length / room, &|index, thread| {
        // SAFETY: every index is run once, and a thread runs one job at a time.
        job(index, unsafe { parts.part(index) }, unsafe { rooms.part(thread) })
    });
}

/// What is divided among jobs.
pub trait Parts: Sync {
    type Part;
    /// How many there are, or `usize::MAX` if as many as other slices have.
    fn count(&self) -> usize;
    /// # Safety
    /// `index` is less than the count, and the part is not in use.
    unsafe fn part(&self, index: usize) -> Self::Part;
}

/// Consecutive parts of a slice.
pub struct Chunks<'a, T> {
    start: *mut T,
    length: usize,
    size: usize,
    slice: PhantomData<&'a mut [T]>,
}

// SAFETY: parts do not overlap, so that threads share nothing.
unsafe impl<T: Send> Sync for Chunks<'_, T> {}

/// Parts of `size` elements, the last of which may have less.
pub fn chunks<T>(slice: &mut [T], size: usize) -> Chunks<'_, T> {
    Chunks { start: slice.as_mut_ptr(), length: slice.len(), size: size.max(1), slice: PhantomData }
}

impl<'a, T: Send> Parts for Chunks<'a, T> {
    type Part = &'a mut [T];
    fn count(&self) -> usize {
        self.length.div_ceil(self.size)
    }
    unsafe fn part(&self, index: usize) -> &'a mut [T] {
        let start = index * self.size;
        // SAFETY: within the slice; parts do not overlap, and the function's contract forbids two of the same.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(start), self.size.min(self.length - start)) }
    }
}

/// Some rows and columns of a matrix.
pub struct Block<'a, T> {
    start: *mut T,
    rows: usize,
    columns: usize,
    stride: usize,
    matrix: PhantomData<&'a mut [T]>,
}

impl<'a, T> Block<'a, T> {
    /// All of a matrix with rows of `columns` elements.
    pub fn whole(matrix: &'a mut [T], columns: usize) -> Self {
        let rows = matrix.len() / columns.max(1);
        Block { start: matrix.as_mut_ptr(), rows, columns, stride: columns, matrix: PhantomData }
    }

    pub fn row(&mut self, row: usize) -> &mut [T] {
        self.row_part(row, 0, self.columns)
    }

    /// The elements of one row from column `left` on.
    #[inline(always)]
    pub fn row_part(&mut self, row: usize, left: usize, width: usize) -> &mut [T] {
        assert!(row < self.rows && left <= self.columns && width <= self.columns - left);
        // SAFETY: within the block, which is borrowed for as long as the row is.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(row * self.stride + left), width) }
    }
}

/// The columns of a matrix, in groups.
pub struct Columns<'a, T> {
    matrix: Block<'a, T>,
    width: usize,
}

// SAFETY: groups do not overlap, so that threads share nothing.
unsafe impl<T: Send> Sync for Columns<'_, T> {}

/// Groups of `width` columns of a matrix with rows of `columns` elements; the last may have less.
pub fn columns<T>(matrix: &mut [T], columns: usize, width: usize) -> Columns<'_, T> {
    Columns { matrix: Block::whole(matrix, columns), width: width.max(1) }
}

impl<'a, T: Send> Parts for Columns<'a, T> {
    type Part = Block<'a, T>;
    fn count(&self) -> usize {
        self.matrix.columns.div_ceil(self.width)
    }
    unsafe fn part(&self, index: usize) -> Block<'a, T> {
        let Block { start, rows, columns, stride, matrix } = self.matrix;
        let left = index * self.width;
        // SAFETY: a column of the matrix, or of none if it has no rows.
        let start = if rows == 0 { start } else { unsafe { start.add(left) } };
        Block { start, rows, columns: self.width.min(columns - left), stride, matrix }
    }
}

/// Parts of two slices at a time, as many of one as of the other.
impl<A: Parts, B: Parts> Parts for (A, B) {
    type Part = (A::Part, B::Part);
    fn count(&self) -> usize {
        let counts = [self.0.count(), self.1.count()];
        debug_assert!(counts[0] == counts[1] || counts.contains(&usize::MAX));
        counts[0].min(counts[1])
    }
    unsafe fn part(&self, index: usize) -> Self::Part {
        // SAFETY: the function's contract.
        unsafe { (self.0.part(index), self.1.part(index)) }
    }
}

/// Parts of several slices of one length.
impl<A: Parts, const N: usize> Parts for [A; N] {
    type Part = [A::Part; N];
    fn count(&self) -> usize {
        self.iter().map(A::count).min().unwrap_or(0)
    }
    unsafe fn part(&self, index: usize) -> Self::Part {
        // SAFETY: the function's contract.
        self.each_ref().map(|parts| unsafe { parts.part(index) })
    }
}

/// Parts of a slice that may be absent.
impl<A: Parts> Parts for Option<A> {
    type Part = Option<A::Part>;
    fn count(&self) -> usize {
        self.as_ref().map_or(usize::MAX, A::count)
    }
    unsafe fn part(&self, index: usize) -> Self::Part {
        // SAFETY: the function's contract.
        self.as_ref().map(|parts| unsafe { parts.part(index) })
    }
}

/// A job behind a pointer: its index, and the thread that runs it. Not `Fn`, of which there would be three functions each.
trait Job: Sync {
    fn run(&self, index: usize, thread: usize);
}

impl<F: Fn(usize, usize) + Sync> Job for F {
    fn run(&self, index: usize, thread: usize) {
        self(index, thread);
    }
}

/// Runs jobs on at most `threads` threads.
///
/// Not inlined: where the job is known, it would be compiled again for the case that there is only one.
#[inline(never)]
fn fork_join(jobs: usize, threads: usize, job: &dyn Job) {
    match jobs {
        0 => {}
        1 => job.run(0, 0),
        _ => host::fork(jobs, threads, job),
    }
}

#[cfg(all(target_arch = "wasm32", not(test)))]
mod host {
    use crate::parallel::Job;

    #[link(wasm_import_module = "threads")]
    extern "C" {
        /// Calls [`run_jobs`] with `work` until every index below `jobs` was run, here and in at most `threads - 1`
        /// workers, and returns when all have finished.
        #[link_name = "fork"]
        fn fork_work(work: *const (), jobs: usize, threads: usize);
    }

    pub fn fork(jobs: usize, threads: usize, job: &dyn Job) {
        // SAFETY: the host calls `run_jobs` only until it returns, each index once.
        unsafe { fork_work((&raw const job).cast(), jobs, threads) }
    }

    /// Runs the jobs from `first` to `end` as the thread of this number.
    ///
    /// # Safety
    /// `work` is what `fork` was called with, which has not returned.
    #[wasm_bindgen::prelude::wasm_bindgen]
    pub unsafe fn run_jobs(work: usize, first: usize, end: usize, thread: usize) {
        // SAFETY: the function's contract; workers share memory and run the same module, so that its functions have the
        // same numbers.
        let job = unsafe { *(work as *const &dyn Job) };
        (first..end).for_each(|index| job.run(index, thread));
    }
}

/// In WebAssembly's own tests there is one thread.
#[cfg(all(target_arch = "wasm32", test))]
mod host {
    pub fn fork(jobs: usize, _threads: usize, job: &dyn crate::parallel::Job) {
        (0..jobs).for_each(|index| job.run(index, 0));
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod host {
    use std::sync::atomic::{AtomicUsize, Ordering};

    const THREADS: usize = 3;

    pub fn fork(jobs: usize, threads: usize, job: &dyn crate::parallel::Job) {
        let next = AtomicUsize::new(0);
        let work = |thread| loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                index if index < jobs => job.run(index, thread),
                _ => break,
            }
        };
        let work = &work;
        std::thread::scope(|scope| {
            for thread in 1..THREADS.min(threads) {
                scope.spawn(move || work(thread));
            }
            work(0);
        });
    }
}
