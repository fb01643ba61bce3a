//! Weights of rows by their rarest label.

/// `N / n` of each row's rarest label, which n of N rows have; 1 without labels. `offsets` says where the labels of each row begin,
/// and the end of the last; `counts` is a workspace with an element for each label.
pub fn label_rarity_weights(offsets: &[i32], labels: &[i32], counts: &mut [i32], weights: &mut [f32]) {
    counts.fill(0);
    for &label in labels {
        counts[label as usize] += 1;
    }
    let rows = weights.len() as f64;
    for (weight, span) in weights.iter_mut().zip(offsets.windows(2)) {
        let labels = &labels[span[0] as usize..span[1] as usize];
        let rarest = labels.iter().map(|&label| counts[label as usize]).min();
        *weight = rarest.map_or(1.0, |count| (rows / f64::from(count)) as f32);
    }
}
