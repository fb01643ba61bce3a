use crate::kernels::data::stratify::{room, stratify, Rows};

/// A table with labels of falling frequency: offsets, labels of the rows, and how often each comes.
fn table(rows: usize, labels: usize) -> (Vec<i32>, Vec<i32>, Vec<usize>) {
    let (mut offsets, mut of_rows, mut counts) = (vec![0], vec![], vec![0; labels]);
    let mut state = 5u32;
    for _ in 0..rows {
        for (label, count) in counts.iter_mut().enumerate() {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            // The last label never occurs.
            if ((state >> 8) as usize).is_multiple_of(2 * label + 3) && label + 1 < labels {
                of_rows.push(label as i32);
                *count += 1;
            }
        }
        offsets.push(of_rows.len() as i32);
    }
    (offsets, of_rows, counts)
}

fn split(offsets: &[i32], of_rows: &[i32], labels: usize, sizes: &[i32], order: &[i32]) -> Vec<i32> {
    let rows = order.len();
    let shares: Vec<f64> = sizes.iter().map(|&size| f64::from(size) / rows as f64).collect();
    let mut capacity = sizes.to_vec();
    let mut part_of = vec![7; rows];
    let mut lacking = vec![f64::NAN; labels * sizes.len()];
    let mut workspace = vec![-1; room(rows, labels, of_rows.len())];
    let given = Rows { offsets, labels: of_rows, order };
    stratify(given, &mut capacity, &shares, 3, &mut part_of, &mut lacking, &mut workspace);
    assert!(capacity.iter().all(|&left| left == 0));
    part_of
}

#[test]
fn parts_have_their_sizes_and_their_share_of_each_label() {
    let (rows, labels) = (1000, 9);
    let (offsets, of_rows, counts) = table(rows, labels);
    let order: Vec<i32> = (0..rows as i32).rev().collect();
    for sizes in [vec![200; 5], vec![100; 10], vec![700, 200, 100], vec![999, 1]] {
        let part_of = split(&offsets, &of_rows, labels, &sizes, &order);
        for (part, &size) in sizes.iter().enumerate() {
            assert_eq!(part_of.iter().filter(|&&of| of == part as i32).count(), size as usize);
            for (label, &count) in counts.iter().enumerate() {
                let own = (0..rows)
                    .filter(|&row| part_of[row] == part as i32)
                    .filter(|&row| {
                        of_rows[offsets[row] as usize..offsets[row + 1] as usize].contains(&(label as i32))
                    })
                    .count();
                let share = count as f64 * f64::from(size) / rows as f64;
                assert!((own as f64 - share).abs() <= 2.0, "{sizes:?} {part} {label}: {own} of {share}");
            }
        }
    }
}

#[test]
fn rows_without_labels_and_no_rows() {
    let order: Vec<i32> = (0..6).collect();
    let part_of = split(&[0; 7], &[], 0, &[4, 2], &order);
    assert_eq!(part_of.iter().filter(|&&part| part == 1).count(), 2);
    assert!(split(&[0], &[], 0, &[0, 0], &[]).is_empty());
}
