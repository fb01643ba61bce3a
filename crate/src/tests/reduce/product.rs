//! Products that do not fit int32.

use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::product::integer_product_axis;
use crate::kernels::reduce::scan::integer_scan;

#[test]
fn products_beyond_int32_stay_so() {
    for x in [[i32::MAX, -1000, i32::MIN], [i32::MIN, i32::MIN, i32::MIN]] {
        let dims = Axis { outer: 1, axis: x.len(), inner: 1 };
        assert!(!integer_product_axis(&x, &mut [0], dims));
        assert!(!integer_scan(&x, &mut [0; 3], true, dims));
    }
    assert!(integer_product_axis(&[i32::MIN, i32::MIN, 0], &mut [1], Axis { outer: 1, axis: 3, inner: 1 }));
}
