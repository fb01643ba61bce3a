//! Orders of items by numbers that are not negative, in place.

/// Calls `use_it` with the `count` items of the least keys, or with all if there are no more; of equal keys, with those that come
/// first. An item without a key is left out; keys are at least 0, and none is NaN.
pub fn for_least<T>(
    items: &mut [T],
    key_of: impl Fn(&T) -> Option<f64>,
    count: usize,
    mut use_it: impl FnMut(&mut T),
) {
    // Such numbers are in the order of their bits. The greatest of those keys is found byte by byte, the highest first.
    let bits_of = |item: &T| key_of(item).map(f64::to_bits);
    let (mut greatest, mut known, mut left) = (0u64, 0u64, count);
    if count < items.iter().filter_map(bits_of).count() {
        for shift in (0..64).step_by(8).rev() {
            let mut counts = [0; 256];
            for bits in items.iter().filter_map(bits_of) {
                if bits & known == greatest {
                    counts[(bits >> shift) as usize % 256] += 1;
                }
            }
            let mut byte = 0;
            while left > counts[byte] {
                left -= counts[byte];
                byte += 1;
            }
            greatest |= (byte as u64) << shift;
            known |= 0xff << shift;
        }
    } else {
        greatest = u64::MAX;
    }
    for item in items {
        match bits_of(item) {
            Some(bits) if bits == greatest && left > 0 => left -= 1,
            Some(bits) if bits < greatest => {}
            _ => continue,
        }
        use_it(item);
    }
}

/// Sorts items; `before` is a total order. Source: heapsort, which takes no memory.
pub fn sort_by<T: Copy>(items: &mut [T], before: impl Fn(&T, &T) -> bool) {
    let sift_down = |items: &mut [T], mut root: usize| loop {
        let mut child = 2 * root + 1;
        if child >= items.len() {
            break;
        }
        if child + 1 < items.len() && before(&items[child], &items[child + 1]) {
            child += 1;
        }
        if !before(&items[root], &items[child]) {
            break;
        }
        items.swap(root, child);
        root = child;
    };
    for root in (0..items.len() / 2).rev() {
        sift_down(items, root);
    }
    for end in (1..items.len()).rev() {
        items.swap(0, end);
        sift_down(&mut items[..end], 0);
    }
}
