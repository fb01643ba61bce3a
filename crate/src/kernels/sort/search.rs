//! Places in ascending sequences, and counts.

/// Where each value belongs in its sequence: the number of elements that are less, or not greater if `right`, as in torch also beside
/// NaN. There is a sequence of `length` elements for each row of `per_row` values, or one for all rows.
pub fn search<T: Copy + PartialOrd>(
    sequence: &[T],
    values: &[T],
    out: &mut [i32],
    right: bool,
    length: usize,
    per_row: usize,
) {
    let is_shared = sequence.len() == length;
    for (i, (value, out)) in values.iter().zip(out).enumerate() {
        let row = if is_shared { 0 } else { i / per_row };
        let row = &sequence[row * length..][..length];
        let (mut first, mut end) = (0, length);
        while first < end {
            let middle = first + (end - first) / 2;
            let is_place = if right { row[middle] > *value } else { row[middle] >= *value };
            if is_place {
                end = middle;
            } else {
                first = middle + 1;
            }
        }
        *out = first as i32;
    }
}

/// How often each number below the length of `counts` comes; others do not count.
pub fn count(numbers: &[i32], counts: &mut [i32]) {
    counts.fill(0);
    for &number in numbers {
        if let Some(count) = usize::try_from(number).ok().and_then(|number| counts.get_mut(number)) {
            *count += 1;
        }
    }
}
