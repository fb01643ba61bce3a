//! Checking and encoding of predictions and targets.

use super::IGNORED;

/// Encodes targets: 0, 1, and [`IGNORED`] for `ignore`, which may be NaN; infinity for none.
/// Returns the index of the first other target, where it stops, or the length.
pub fn encode_labels(targets: &[f32], ignore: f32, codes: &mut [u8]) -> usize {
    let ignores_nan = ignore.is_nan();
    let ignores = ignore != f32::INFINITY;
    for (i, (&target, code)) in targets.iter().zip(codes).enumerate() {
        *code = match target {
            _ if ignores && (target == ignore || (ignores_nan && target.is_nan())) => IGNORED,
            0.0 => 0,
            1.0 => 1,
            _ => return i,
        };
    }
    targets.len()
}
