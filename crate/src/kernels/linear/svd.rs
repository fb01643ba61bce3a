//! Singular values and vectors by one-sided Jacobi rotations (Hestenes), in float64.

/// Sweeps over all pairs of columns; some ten are enough for any matrix.
const SWEEPS: usize = 60;
/// The cosine of the angle between two columns that counts as a right one.
const RIGHT: f64 = 1e-14;

/// `x = u diag(s) vᵀ` for matrices `[m, n]`, with singular values in falling order; u is `[m, k]` and v `[n, k]`, k the lesser
/// of both. False if an element is not finite. `scratch` has k rows of the greater of both, then k rows of k.
pub fn svd(
    x: &[f32],
    u: &mut [f32],
    s: &mut [f32],
    v: &mut [f32],
    scratch: &mut [f64],
    count: usize,
    m: usize,
    n: usize,
) -> bool {
    if !x.iter().all(|x| x.is_finite()) {
        return false;
    }
    let (long, k) = (m.max(n), m.min(n));
    if k == 0 {
        return true;
    }
    // Rows of `columns` are the columns of a tall matrix: x, or its transpose.
    let (columns, rotations) = scratch.split_at_mut(k * long);
    for i in 0..count {
        let x = &x[i * m * n..][..m * n];
        for (j, column) in columns.chunks_exact_mut(long).enumerate() {
            for (at, value) in column.iter_mut().enumerate() {
                *value = f64::from(if m < n { x[j * n + at] } else { x[at * n + j] });
            }
        }
        rotations.fill(0.0);
        for j in 0..k {
            rotations[j * k + j] = 1.0;
        }
        orthogonalise(columns, rotations, long, k);
        let (u, v) = (&mut u[i * m * k..][..m * k], &mut v[i * n * k..][..n * k]);
        // What was rotated is scaled to unit vectors; the rotations are the other side.
        let (scaled, other) = if m < n { (v, u) } else { (u, v) };
        for (place, s) in s[i * k..][..k].iter_mut().enumerate() {
            // The greatest of the rest, by selection.
            let norm = |j: usize| dot(&columns[j * long..][..long], &columns[j * long..][..long]);
            let most = (place..k).fold(place, |best, j| if norm(j) > norm(best) { j } else { best });
            swap_rows(columns, place, most, long);
            swap_rows(rotations, place, most, k);
            let (before, rest) = columns.split_at_mut(place * long);
            let column = &mut rest[..long];
            let size = crate::simd::sqrt(dot(column, column));
            *s = size as f32;
            if size > 0.0 {
                for value in column.iter_mut() {
                    *value /= size;
                }
            } else {
                complete(before, column, place);
            }
            for (at, value) in column.iter().enumerate() {
                scaled[at * k + place] = *value as f32;
            }
            for at in 0..k {
                other[at * k + place] = rotations[place * k + at] as f32;
            }
        }
    }
    true
}

/// A unit vector at right angles to those of `before`: what is left of one of the axes, from number `first` on.
fn complete(before: &[f64], column: &mut [f64], first: usize) {
    let long = column.len();
    for i in 0..long {
        let axis = (first + i) % long;
        column.fill(0.0);
        column[axis] = 1.0;
        for other in before.chunks_exact(long) {
            let share = other[axis];
            for (value, other) in column.iter_mut().zip(other) {
                *value -= share * other;
            }
        }
        let rest = dot(column, column);
        // One of them has at least the mean.
        if rest * (2 * long) as f64 >= 1.0 {
            let size = crate::simd::sqrt(rest);
            return column.iter_mut().for_each(|value| *value /= size);
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn swap_rows(rows: &mut [f64], a: usize, b: usize, length: usize) {
    if a != b {
        let (first, second) = rows.split_at_mut(b * length);
        first[a * length..][..length].swap_with_slice(&mut second[..length]);
    }
}

/// Rotates pairs of columns until all are at right angles.
fn orthogonalise(columns: &mut [f64], rotations: &mut [f64], long: usize, k: usize) {
    for _ in 0..SWEEPS {
        let mut is_done = true;
        for a in 0..k {
            for b in a + 1..k {
                let (left, right) = columns.split_at_mut(b * long);
                let (left, right) = (&mut left[a * long..][..long], &mut right[..long]);
                let (alpha, beta, gamma) = (dot(left, left), dot(right, right), dot(left, right));
                if gamma.abs() <= RIGHT * crate::simd::sqrt(alpha * beta) {
                    continue;
                }
                is_done = false;
                let zeta = (beta - alpha) / (2.0 * gamma);
                let t = zeta.signum() / (zeta.abs() + crate::simd::sqrt(1.0 + zeta * zeta));
                let cosine = 1.0 / crate::simd::sqrt(1.0 + t * t);
                let sine = cosine * t;
                rotate(left, right, cosine, sine);
                let (left, right) = rotations.split_at_mut(b * k);
                rotate(&mut left[a * k..][..k], &mut right[..k], cosine, sine);
            }
        }
        if is_done {
            return;
        }
    }
}

fn rotate(a: &mut [f64], b: &mut [f64], cosine: f64, sine: f64) {
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    }
}
