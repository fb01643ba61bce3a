//! The transforms of F(2x4, 3x3), four tiles or channels at a time, one in each lane.
//!
//! Winograd's minimal filtering: a tile of 2 x 4 outputs needs 24 products for each channel instead of 72,
//!
//! ```text
//! output = Aᵀ [ Σ over channels (G g Gᵀ) ⊙ (Bᵀ d B) ] A
//! ```
//!
//! with a weight g of 3 x 3 and pixels d of 4 x 6. Lavin & Gray, "Fast algorithms for convolutional neural networks"
//! (2016). For the columns the points are 0, ±3/4, ±3/2 and infinity: their products are exact, and the error is
//! half of that of 0, ±1, ±2 (Barabasz et al., "Error analysis and improving the accuracy of Winograd convolution for
//! deep neural networks", 2020).

use crate::simd::{F32x4, LANES};

/// Outputs of a tile.
pub const TILE: [usize; 2] = [2, 4];
/// Pixels of a tile, which are also its products.
pub const PIXELS: [usize; 2] = [4, 6];
/// Products of a tile.
pub const PRODUCTS: usize = PIXELS[0] * PIXELS[1];
/// Floats that are read of each row of pixels.
pub const ROW: usize = 2 * LANES;

/// Squares of the points of the columns: 3/4 and 3/2.
const NEAR: f32 = 9.0 / 16.0;
const FAR: f32 = 9.0 / 4.0;

/// `Bᵀ d B`: calls `store(product, values)` for each product. The tile of each lane starts at its element of `starts`, and
/// its rows are `stride` apart.
#[inline(always)]
pub fn of_pixels(pixels: &[f32], starts: [usize; LANES], stride: usize, mut store: impl FnMut(usize, F32x4)) {
    // Each row of Bᵀ d is a sum or difference of two rows of pixels.
    let rows = [(0, 2), (1, 2), (2, 1), (1, 3)];
    for (at, (first, second)) in rows.into_iter().enumerate() {
        let lanes = starts.map(|start| {
            let row = |y: usize| {
                let (vectors, _) = pixels[start + y * stride..][..ROW].as_chunks::<LANES>();
                [F32x4::load(&vectors[0]), F32x4::load(&vectors[1])]
            };
            let (a, b) = (row(first), row(second));
            if at == 1 {
                [a[0] + b[0], a[1] + b[1]]
            } else {
                [a[0] - b[0], a[1] - b[1]]
            }
        });
        let [d0, d1, d2, d3] = F32x4::transpose(lanes.map(|lane| lane[0]));
        let [d4, d5] = transpose_half(lanes.map(|lane| lane[1]));
        let values = columns_of_pixels([d0, d1, d2, d3, d4, d5]);
        for (x, value) in values.into_iter().enumerate() {
            store(at * PIXELS[1] + x, value);
        }
    }
}

/// The first two columns of four rows.
#[inline(always)]
fn transpose_half([a, b, c, d]: [F32x4; LANES]) -> [F32x4; 2] {
    let ([ac, _], [bd, _]) = (a.zip(c), b.zip(d));
    ac.zip(bd)
}

/// One row of `d B`.
#[inline(always)]
fn columns_of_pixels([d0, d1, d2, d3, d4, d5]: [F32x4; 6]) -> [F32x4; 6] {
    let [near, far] = [NEAR, FAR].map(F32x4::splat);
    let ends = |a: F32x4, b: F32x4, c: F32x4| F32x4::splat(NEAR * FAR) * a - F32x4::splat(NEAR + FAR) * b + c;
    let (even_near, odd_near) = (d4 - far * d2, F32x4::splat(0.75) * (d3 - far * d1));
    let (even_far, odd_far) = (d4 - near * d2, F32x4::splat(1.5) * (d3 - near * d1));
    [
        ends(d0, d2, d4),
        even_near + odd_near,
        even_near - odd_near,
        even_far + odd_far,
        even_far - odd_far,
        ends(d1, d3, d5),
    ]
}

/// `Aᵀ m A`: two rows of four outputs, from `product(i)`.
#[inline(always)]
pub fn to_outputs(product: impl Fn(usize) -> F32x4) -> [[F32x4; 4]; 2] {
    let at = |y: usize, x: usize| product(y * PIXELS[1] + x);
    let top = std::array::from_fn(|x| at(0, x) + at(1, x) + at(2, x));
    let top = columns_to_outputs(top);
    let bottom = std::array::from_fn(|x| at(1, x) - at(2, x) - at(3, x));
    [top, columns_to_outputs(bottom)]
}

/// One row of `m A`.
#[inline(always)]
fn columns_to_outputs([m0, m1, m2, m3, m4, m5]: [F32x4; 6]) -> [F32x4; 4] {
    let (even_near, odd_near) = (m1 + m2, F32x4::splat(0.75) * (m1 - m2));
    let (even_far, odd_far) = (m3 + m4, F32x4::splat(1.5) * (m3 - m4));
    let [near, far] = [NEAR, FAR].map(F32x4::splat);
    [
        m0 + even_near + even_far,
        odd_near + odd_far,
        near * even_near + far * even_far,
        near * odd_near + far * odd_far + m5,
    ]
}

/// `A y Aᵀ` of two rows of four upstream values, for the gradient of the weight.
#[inline(always)]
pub fn of_upstream([top, bottom]: [[F32x4; 4]; 2], mut store: impl FnMut(usize, F32x4)) {
    let pairs = |f: fn(F32x4, F32x4) -> F32x4| std::array::from_fn(|x| f(top[x], bottom[x]));
    let zero = F32x4::splat(0.0);
    let rows: [[F32x4; 4]; 4] =
        [top, pairs(|a, b| a + b), pairs(|a, b| a - b), std::array::from_fn(|x| zero - bottom[x])];
    for (at, [y0, y1, y2, y3]) in rows.into_iter().enumerate() {
        let [near, far] = [NEAR, FAR].map(F32x4::splat);
        let (even_near, odd_near) = (y0 + near * y2, F32x4::splat(0.75) * (y1 + near * y3));
        let (even_far, odd_far) = (y0 + far * y2, F32x4::splat(1.5) * (y1 + far * y3));
        let values =
            [y0, even_near + odd_near, even_near - odd_near, even_far + odd_far, even_far - odd_far, y3];
        for (x, value) in values.into_iter().enumerate() {
            store(at * PIXELS[1] + x, value);
        }
    }
}

/// `G g Gᵀ` of a weight of 3 x 3.
#[inline(always)]
pub fn of_weight(g: [[F32x4; 3]; 3], mut store: impl FnMut(usize, F32x4)) {
    let half = F32x4::splat(0.5);
    let ends: [F32x4; 3] = std::array::from_fn(|x| g[0][x] + g[2][x]);
    let rows = [
        g[0],
        std::array::from_fn(|x| half * (ends[x] + g[1][x])),
        std::array::from_fn(|x| half * (ends[x] - g[1][x])),
        g[2],
    ];
    let (first, near, far) = (FIRST, NEAR_WEIGHT, FAR_WEIGHT);
    for (at, [g0, g1, g2]) in rows.into_iter().enumerate() {
        let even_near = F32x4::splat(near[0]) * g0 + F32x4::splat(near[2]) * g2;
        let even_far = F32x4::splat(far[0]) * g0 + F32x4::splat(far[2]) * g2;
        let (odd_near, odd_far) = (F32x4::splat(near[1]) * g1, F32x4::splat(far[1]) * g1);
        let values = [
            F32x4::splat(first) * g0,
            even_near + odd_near,
            even_near - odd_near,
            even_far + odd_far,
            even_far - odd_far,
            g2,
        ];
        for (x, value) in values.into_iter().enumerate() {
            store(at * PIXELS[1] + x, value);
        }
    }
}

/// `Gᵀ s G`: the gradient of a weight of 3 x 3, from `product(i)`.
#[inline(always)]
pub fn to_weight(product: impl Fn(usize) -> F32x4) -> [[F32x4; 3]; 3] {
    let half = F32x4::splat(0.5);
    let columns: [[F32x4; 3]; 6] = std::array::from_fn(|x| {
        let [s0, s1, s2, s3] = std::array::from_fn(|y| product(y * PIXELS[1] + x));
        let even = half * (s1 + s2);
        [s0 + even, half * (s1 - s2), even + s3]
    });
    let (first, near, far) = (FIRST, NEAR_WEIGHT, FAR_WEIGHT);
    std::array::from_fn(|y| {
        let [s0, s1, s2, s3, s4, s5] = columns.map(|column| column[y]);
        let (even_near, even_far) = (s1 + s2, s3 + s4);
        let [near, far] = [near.map(F32x4::splat), far.map(F32x4::splat)];
        [
            F32x4::splat(first) * s0 + near[0] * even_near + far[0] * even_far,
            near[1] * (s1 - s2) + far[1] * (s3 - s4),
            near[2] * even_near + far[2] * even_far + s5,
        ]
    })
}

/// Rows of G for the columns: of the point 0, and of 3/4 and 3/2 (of their negatives with the middle one negated).
const FIRST: f32 = 64.0 / 81.0;
const NEAR_WEIGHT: [f32; 3] = [-128.0 / 243.0, -32.0 / 81.0, -8.0 / 27.0];
const FAR_WEIGHT: [f32; 3] = [32.0 / 243.0, 16.0 / 81.0, 8.0 / 27.0];

/// Whether all values are finite.
#[derive(Clone, Copy)]
pub struct Finite(F32x4);

impl Default for Finite {
    fn default() -> Self {
        Finite(F32x4::splat(0.0))
    }
}

impl Finite {
    #[inline(always)]
    pub fn check(&mut self, value: F32x4) {
        // A zero, or NaN for a value that is not finite; and the bits of a NaN stay.
        self.0 = self.0 | (value * F32x4::splat(0.0));
    }
    pub fn holds(self) -> bool {
        !self.0.to_array().iter().any(|lane| lane.is_nan())
    }
}
