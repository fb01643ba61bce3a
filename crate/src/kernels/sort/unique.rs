//! Rows of keys that are equal.

/// The order of the rows `[order.len(), width]`; equal rows keep theirs.
pub fn order_rows(keys: &[u32], order: &mut [i32], width: usize) {
    for (i, row) in order.iter_mut().enumerate() {
        *row = i as i32;
    }
    let row = |at: i32| &keys[at as usize * width..][..width];
    let exceeds = |a: i32, b: i32| (row(a), a) > (row(b), b);
    // By a heap with the last row at its root.
    let sift_down = |heap: &mut [i32], mut root: usize| loop {
        let mut child = 2 * root + 1;
        if child >= heap.len() {
            return;
        }
        if child + 1 < heap.len() && exceeds(heap[child + 1], heap[child]) {
            child += 1;
        }
        if !exceeds(heap[child], heap[root]) {
            return;
        }
        heap.swap(root, child);
        root = child;
    };
    for root in (0..order.len() / 2).rev() {
        sift_down(order, root);
    }
    for end in (1..order.len()).rev() {
        order.swap(0, end);
        sift_down(&mut order[..end], 0);
    }
}

/// Numbers the runs of equal rows, which follow one another in `order`, or as they are without it: `inverse` has the number of
/// each row's run, `firsts` and `counts` the first row of each run and how many it has. Returns how many runs there are. `floats` says
/// that the greatest key is NaN, which equals nothing.
pub fn runs(
    keys: &[u32],
    order: Option<&[i32]>,
    floats: bool,
    inverse: &mut [i32],
    firsts: &mut [i32],
    counts: &mut [i32],
    width: usize,
) -> usize {
    if width == 1 {
        let same = |a: usize, b: usize| keys[a] == keys[b] && !(floats && keys[a] == u32::MAX);
        return number(order, inverse, firsts, counts, same);
    }
    let row = |at: usize| &keys[at * width..][..width];
    let same = |a: usize, b: usize| row(a) == row(b) && !(floats && row(a).contains(&u32::MAX));
    number(order, inverse, firsts, counts, same)
}

#[inline(always)]
fn number(
    order: Option<&[i32]>,
    inverse: &mut [i32],
    firsts: &mut [i32],
    counts: &mut [i32],
    same: impl Fn(usize, usize) -> bool,
) -> usize {
    let (mut found, mut before) = (0, 0);
    for i in 0..inverse.len() {
        let at = order.map_or(i, |order| order[i] as usize);
        if i == 0 || !same(before, at) {
            firsts[found] = at as i32;
            counts[found] = 0;
            found += 1;
        }
        counts[found - 1] += 1;
        inverse[at] = found as i32 - 1;
        before = at;
    }
    found
}
