use crate::kernels::data::order::{for_least, sort_by};

/// Numbers of which many are equal.
fn numbers(count: usize, kinds: u64) -> Vec<f64> {
    let mut state = 9u64;
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            ((state >> 33) % kinds) as f64 / 7.0
        })
        .collect()
}

#[test]
fn the_least_are_those_of_a_stable_sort() {
    for (length, kinds) in [(0, 1), (1, 1), (40, 3), (300, 5), (300, 1000)] {
        let keys = numbers(length, kinds);
        // Every fifth has no key.
        let key_of = |i: usize| (i % 5 != 4).then(|| keys[i]);
        let mut sorted: Vec<usize> = (0..length).filter(|&i| key_of(i).is_some()).collect();
        sorted.sort_by(|&a, &b| keys[a].total_cmp(&keys[b]));
        for count in [0, 1, 2, length / 3, length, length + 9] {
            let mut items: Vec<usize> = (0..length).collect();
            let mut found = vec![];
            for_least(&mut items, |&i| key_of(i), count, |&mut i| found.push(i));
            let mut wanted = sorted[..count.min(sorted.len())].to_vec();
            wanted.sort_unstable();
            assert_eq!(found, wanted, "{length} {kinds} {count}");
        }
    }
}

#[test]
fn sorts() {
    for length in [0, 1, 2, 3, 10, 257] {
        let mut items = numbers(length, 50);
        let mut wanted = items.clone();
        wanted.sort_by(f64::total_cmp);
        sort_by(&mut items, |a, b| a < b);
        assert_eq!(items, wanted);
    }
}
