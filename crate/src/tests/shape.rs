//! Elements by index along an axis.

use crate::kernels::reduce::axis::Axis;
use crate::kernels::shape::gather::{gather, scatter_add};

#[test]
fn gather_takes_elements_along_the_axis_and_scatter_add_returns_them() {
    let dims = Axis { outer: 2, axis: 3, inner: 2 };
    let x: Vec<f32> = (0..12).map(|i| i as f32).collect();
    // Two of three along the axis, one of them twice.
    let indices = [2, 0, 2, 1, 1, 1, 0, 2];
    let mut out = [0.0; 8];
    gather(&x, &indices, &mut out, 2, dims);
    assert_eq!(out, [4.0, 1.0, 4.0, 3.0, 8.0, 9.0, 6.0, 11.0]);
    let mut gradient = [0.0; 12];
    scatter_add(&[1.0; 8], &indices, &mut gradient, 2, dims);
    assert_eq!(gradient, [0.0, 1.0, 0.0, 1.0, 2.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]);
}
