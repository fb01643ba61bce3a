//! Labels that are missing: those with one value, such as -1 or NaN. They cost nothing, whatever their logits are.

use crate::simd::F32x4;

/// The value of missing labels.
#[derive(Clone, Copy)]
pub struct Ignored(f32);

impl Ignored {
    /// Infinity stands for none.
    pub fn new(value: f32) -> Option<Self> {
        (value != f32::INFINITY).then_some(Ignored(value))
    }

    /// A mask of labels that are known; without a value all are.
    #[inline(always)]
    pub fn known(ignored: Option<Self>) -> impl Fn(F32x4) -> F32x4 + Sync {
        let Ignored(value) = ignored.unwrap_or(Ignored(f32::NAN));
        // Nothing equals NaN.
        let are_nan = F32x4::splat(f32::from(ignored.is_some() && value.is_nan())).ne(F32x4::splat(0.0));
        let value = F32x4::splat(value);
        move |y| y.ne(value).and_not(y.ne(y) & are_nan)
    }

    /// How many of `labels` are known.
    pub fn known_floats(self, labels: &[f32]) -> usize {
        let Ignored(value) = self;
        if value.is_nan() {
            labels.iter().filter(|label| !label.is_nan()).count()
        } else {
            labels.iter().filter(|&&label| label != value).count()
        }
    }

    /// The same of bytes.
    pub fn known_bytes(self, labels: &[u8]) -> usize {
        let value = self.0 as u8;
        if f32::from(value) == self.0 {
            labels.iter().filter(|&&label| label != value).count()
        } else {
            labels.len()
        }
    }

    pub fn is_known(self, label: f32) -> bool {
        label != self.0 && !(label.is_nan() && self.0.is_nan())
    }
}
