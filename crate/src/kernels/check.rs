//! What must be true of values before a kernel may trust them.

/// Whether all are from 0 to 1; NaN is not.
pub fn within_unit(x: &[f32]) -> bool {
    x.iter().all(|x| (0.0..=1.0).contains(x))
}

/// Position of the first index that is outside of `low..high` and not `except`; the length if all are in order.
pub fn first_outside(indices: &[i32], low: i32, high: i32, except: i32) -> usize {
    let is_outside = |&index: &i32| (index < low || index >= high) && index != except;
    indices.iter().position(is_outside).unwrap_or(indices.len())
}
