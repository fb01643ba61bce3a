use crate::kernels::data::stratify::{self, Rows};

bindings! {
    /// Offsets ascend from 0 to the number of labels, labels are in range, and `order` is a permutation. `capacity` sums up to the
    /// rows, and shares are more than 0.
    fn stratify(
        offsets: &[i32; rows.saturating_add(1)],
        of_rows: &[i32; count],
        order: &[i32; rows],
        rows: usize,
        labels: usize,
        count: usize,
        capacity: &mut [i32; parts],
        shares: &[f64; parts],
        parts: usize,
        seed: u32,
        part_of: &mut [i32; rows],
        lacking: &mut [f64; [labels, parts]],
        workspace: &mut [i32; stratify::room(rows, labels, count)],
    ) {
        let given = Rows { offsets, labels: of_rows, order };
        stratify::stratify(given, capacity, shares, seed, part_of, lacking, workspace)
    }
}
