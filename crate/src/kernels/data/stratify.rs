//! Splits of a multi-label table that keep the share of each label. Source: Sechidis, Tsoumakas, Vlahavas 2011, "On the
//! Stratification of Multi-Label Data": rows of the label with the fewest left go first, each to the part that lacks this
//! label most. Here parts have exact sizes, and those that lack it equally are told apart by the row's other labels.

/// Rows with their labels, and the order in which rows of a label are taken.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Where the labels of each row begin, and the end of the last.
    pub offsets: &'a [i32],
    pub labels: &'a [i32],
    /// A permutation of the rows.
    pub order: &'a [i32],
}

impl<'a> Rows<'a> {
    fn labels_of(self, row: usize) -> &'a [i32] {
        &self.labels[self.offsets[row] as usize..self.offsets[row + 1] as usize]
    }
}

/// The elements of a workspace for `rows` rows of `labels` labels that have `count` labels in all.
pub fn room(rows: usize, labels: usize, count: usize) -> usize {
    count.saturating_add(labels.saturating_mul(4)).saturating_add(rows).saturating_add(2)
}

/// Labels by the number of their rows that are left, as linked lists.
struct Buckets<'a> {
    /// The first label with each number of rows, plus one; 0 for none.
    heads: &'a mut [i32],
    next: &'a mut [i32],
    previous: &'a mut [i32],
    remaining: &'a mut [i32],
    /// No label has fewer rows left, but none.
    lowest: usize,
}

impl Buckets<'_> {
    fn add(&mut self, label: usize) {
        let remaining = self.remaining[label] as usize;
        if remaining == 0 {
            return;
        }
        let head = std::mem::replace(&mut self.heads[remaining], label as i32 + 1);
        self.next[label] = head;
        self.previous[label] = 0;
        if head > 0 {
            self.previous[head as usize - 1] = label as i32 + 1;
        }
        self.lowest = self.lowest.min(remaining);
    }

    /// One row less of the label.
    fn take(&mut self, label: usize) {
        let (next, previous) = (self.next[label], self.previous[label]);
        if next > 0 {
            self.previous[next as usize - 1] = previous;
        }
        match previous {
            0 => self.heads[self.remaining[label] as usize] = next,
            previous => self.next[previous as usize - 1] = next,
        }
        self.remaining[label] -= 1;
        self.add(label);
    }

    /// The label with the fewest rows left.
    fn rarest(&mut self) -> Option<usize> {
        while self.lowest < self.heads.len() {
            match self.heads[self.lowest] {
                0 => self.lowest += 1,
                label => return Some(label as usize - 1),
            }
        }
        None
    }
}

/// What the parts still lack.
struct Parts<'a> {
    /// Rows that each has room for.
    room: &'a mut [i32],
    shares: &'a [f64],
    /// Rows of each label that each part lacks: [labels, parts].
    lacking: &'a mut [f64],
    random: u32,
}

/// Differences that are rounding.
const ROUNDING: f64 = 1e-9;

impl Parts<'_> {
    /// A number of 32 bits. Source: splitmix32.
    fn draw(&mut self) -> u32 {
        self.random = self.random.wrapping_add(0x9e37_79b9);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 16)).wrapping_mul(0x21f0_aaad);
        bits = (bits ^ (bits >> 15)).wrapping_mul(0x735a_2d97);
        bits ^ (bits >> 15)
    }

    fn lacks(&self, label: i32, part: usize) -> f64 {
        self.lacking[label as usize * self.shares.len() + part]
    }

    /// The part that a row goes to, of those that lack `label` most.
    fn choose(&mut self, label: Option<usize>, labels: &[i32], remaining: &[i32]) -> usize {
        let parts = self.shares.len();
        let need = |parts: &Self, part, less| match label {
            Some(label) => (parts.lacks(label as i32, part) - less) / parts.shares[part],
            None => 0.0,
        };
        let mut least = f64::NEG_INFINITY;
        for part in 0..parts {
            if self.room[part] > 0 {
                least = least.max(need(self, part, 1.0));
            }
        }
        let (mut chosen, mut best, mut equal) = (usize::MAX, [f64::NEG_INFINITY; 2], 0);
        for part in 0..parts {
            let is_full = self.room[part] <= 0;
            // Without the row, this part would lack no more than another does with it.
            if is_full || (label.is_some() && need(self, part, 0.0) <= least + ROUNDING) {
                continue;
            }
            let share = self.shares[part];
            let others = labels
                .iter()
                .map(|&label| self.lacks(label, part) / (share * f64::from(remaining[label as usize])))
                .sum::<f64>();
            let score = [others, f64::from(self.room[part]) / share];
            let more = |i: usize| score[i] - best[i] > ROUNDING;
            let less = |i: usize| best[i] - score[i] > ROUNDING;
            if more(0) || (!less(0) && more(1)) {
                (chosen, best, equal) = (part, score, 1);
            } else if !less(0) && !less(1) {
                equal += 1;
                if self.draw().is_multiple_of(equal) {
                    chosen = part;
                }
            }
        }
        chosen
    }
}

/// The part of each row. `room`, which ends at 0, has the rows of each part, as many as there are rows; `shares` what each should
/// get of every label, more than 0. `lacking` is [labels, parts], and `workspace` has [`room`].
pub fn stratify(
    rows: Rows,
    capacity: &mut [i32],
    shares: &[f64],
    seed: u32,
    part_of: &mut [i32],
    lacking: &mut [f64],
    workspace: &mut [i32],
) {
    let parts = shares.len();
    let labels = lacking.len() / parts.max(1);
    workspace.fill(0);
    part_of.fill(-1);
    let (remaining, rest) = workspace.split_at_mut(labels);
    let (starts, rest) = rest.split_at_mut(labels + 1);
    let (next, rest) = rest.split_at_mut(labels);
    let (previous, rest) = rest.split_at_mut(labels);
    let (members, heads) = rest.split_at_mut(rows.labels.len());
    for &label in rows.labels {
        remaining[label as usize] += 1;
    }
    for label in 0..labels {
        starts[label + 1] = starts[label] + remaining[label];
        for (lacking, share) in lacking[label * parts..].iter_mut().zip(shares) {
            *lacking = share * f64::from(remaining[label]);
        }
    }
    // Rows of each label, in order: `next` counts them meanwhile.
    for &row in rows.order {
        for &label in rows.labels_of(row as usize) {
            let label = label as usize;
            members[(starts[label] + next[label]) as usize] = row;
            next[label] += 1;
        }
    }
    let mut buckets = Buckets { lowest: heads.len(), heads, next, previous, remaining };
    (0..labels).for_each(|label| buckets.add(label));
    let mut choice = Parts { room: capacity, shares, lacking, random: seed };
    while let Some(label) = buckets.rarest() {
        for &row in &members[starts[label] as usize..starts[label + 1] as usize] {
            let row = row as usize;
            if part_of[row] >= 0 {
                continue;
            }
            let labels = rows.labels_of(row);
            let part = choice.choose(Some(label), labels, buckets.remaining);
            part_of[row] = part as i32;
            choice.room[part] -= 1;
            for &label in labels {
                choice.lacking[label as usize * parts + part] -= 1.0;
                buckets.take(label as usize);
            }
        }
    }
    // Those without labels.
    for &row in rows.order {
        if part_of[row as usize] < 0 {
            let part = choice.choose(None, &[], buckets.remaining);
            part_of[row as usize] = part as i32;
            choice.room[part] -= 1;
        }
    }
}
