//! The matrix product against the definition in float64, at every small and odd size.

use crate::kernels::linear::gemm::{gemm, Dims, WORKSPACE_OF_THREAD};
use crate::kernels::linear::gemm_batch::gemm_batch;

/// Reproducible values in [-1, 1).
fn values(length: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    };
    (0..length).map(|_| next()).collect()
}

fn check(m: usize, n: usize, k: usize) {
    let (a, b, bias) = (values(m * k, 1), values(k * n, 2), values(n, 3));
    // The previous contents of workspace and result must not matter.
    let mut workspace = vec![f32::NAN; WORKSPACE_OF_THREAD];
    for (a_transposed, b_transposed) in [(false, false), (false, true), (true, false), (true, true)] {
        for bias in [None, Some(&bias[..])] {
            let dims = Dims { m, n, k, a_transposed, b_transposed };
            let mut out = vec![f32::NAN; m * n];
            gemm(&a, &b, bias, &mut out, &mut workspace, dims);
            for i in 0..m {
                for j in 0..n {
                    let a = |p: usize| f64::from(if a_transposed { a[p * m + i] } else { a[i * k + p] });
                    let b = |p: usize| f64::from(if b_transposed { b[j * k + p] } else { b[p * n + j] });
                    let want = (0..k).map(|p| a(p) * b(p)).sum::<f64>()
                        + bias.map_or(0.0, |bias| f64::from(bias[j]));
                    let error = (f64::from(out[i * n + j]) - want).abs();
                    assert!(
                        error <= 2e-7 * (k as f64 + 1.0),
                        "{m}x{n}x{k} {dims:?}: [{i}, {j}] is off by {error}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_small_size() {
    for m in 0..=9 {
        for n in 0..=17 {
            for k in [0, 1, 2, 3, 5, 8] {
                check(m, n, k);
            }
        }
    }
}

#[test]
fn across_block_borders() {
    for (m, n, k) in [
        (95, 9, 513),
        (97, 7, 511),
        (193, 33, 600),
        (200, 261, 31),
        (5, 517, 523),
        (1, 1, 2000),
        (1, 517, 601),
        (519, 1, 603),
    ] {
        check(m, n, k);
    }
}

/// A product that is divided among threads has the bits of one that is not.
#[test]
fn on_all_threads() {
    for (m, n, k) in [
        (256, 300, 130),
        (64, 300, 1100),
        (40, 2000, 64),
        (300, 9, 700),
        (16, 5000, 33),
        (130, 400, 600),
        (7, 200, 3000),
    ] {
        let (a, b, bias) = (values(m * k, 4), values(k * n, 5), values(n, 6));
        for (a_transposed, b_transposed) in [(false, false), (true, true)] {
            let dims = Dims { m, n, k, a_transposed, b_transposed };
            let [mut whole, mut one] = [vec![f32::NAN; m * n], vec![f32::NAN; m * n]];
            let mut pair = vec![f32::NAN; 2 * n];
            let mut workspace = vec![f32::NAN; 3 * WORKSPACE_OF_THREAD];
            gemm(&a, &b, Some(&bias), &mut whole, &mut workspace, dims);
            // Two equal rows are too little work to divide; a single one would be a vector.
            for row in 0..m {
                let line: Vec<f32> =
                    (0..k).map(|p| if a_transposed { a[p * m + row] } else { a[row * k + p] }).collect();
                let dims = Dims { m: 2, a_transposed: false, ..dims };
                gemm(&line.repeat(2), &b, Some(&bias), &mut pair, &mut workspace, dims);
                one[row * n..][..n].copy_from_slice(&pair[..n]);
            }
            assert_eq!(whole, one, "{m}x{n}x{k}");
        }
    }
}

/// `Aᵀ B` with many zeros in A skips them, but not where B is infinite or NaN: 0 times infinity is NaN.
#[test]
fn of_many_zeros() {
    let (m, n, k) = (70, 600, 50);
    let a: Vec<f32> = values(m * k, 7).into_iter().map(|a| a.max(0.0)).collect();
    let mut b = values(k * n, 8);
    (b[3 * n + 40], b[4 * n + 599]) = (f32::INFINITY, f32::NAN);
    let dims = Dims { m, n, k, a_transposed: true, b_transposed: false };
    let mut out = vec![f32::NAN; m * n];
    gemm(&a, &b, None, &mut out, &mut vec![f32::NAN; 3 * WORKSPACE_OF_THREAD], dims);
    for (i, out) in out.iter().enumerate() {
        let (row, column) = (i / n, i % n);
        let want: f64 = (0..k).map(|p| f64::from(a[p * m + row]) * f64::from(b[p * n + column])).sum();
        let is_equal = if want.is_finite() {
            (f64::from(*out) - want).abs() < 1e-5
        } else {
            want.to_bits() == f64::from(*out).to_bits() || want.is_nan() && out.is_nan()
        };
        assert!(is_equal, "[{row}, {column}] is {out}, not {want}");
    }
}

/// Each product of a batch has the bits of one alone, also where matrices are repeated.
#[test]
fn of_a_batch() {
    for (count, a_count, b_count, [m, n, k]) in [
        (1, 1, 1, [3, 4, 5]),
        (6, 6, 3, [9, 10, 7]),
        (12, 1, 12, [1, 5, 4]),
        (12, 4, 12, [5, 1, 4]),
        (40, 40, 40, [33, 17, 29]),
        (9, 9, 1, [70, 65, 64]),
        (4, 4, 4, [2, 3, 0]),
        (0, 0, 0, [2, 3, 4]),
        (4, 4, 4, [0, 3, 4]),
    ] {
        let (a, b) = (values(a_count * m * k, 9), values(b_count * k * n, 10));
        for (a_transposed, b_transposed) in [(false, false), (false, true), (true, false)] {
            let dims = Dims { m, n, k, a_transposed, b_transposed };
            let mut workspace = vec![f32::NAN; 3 * WORKSPACE_OF_THREAD];
            let [mut batch, mut each] = [vec![f32::NAN; count * m * n], vec![f32::NAN; count * m * n]];
            gemm_batch(&a, &b, &mut batch, &mut workspace, dims);
            for i in 0..count {
                let a = &a[i % a_count * m * k..][..m * k];
                let b = &b[i % b_count * k * n..][..k * n];
                gemm(a, b, None, &mut each[i * m * n..][..m * n], &mut workspace, dims);
            }
            assert_eq!(batch, each, "{count} {m}x{n}x{k}");
        }
    }
}
