use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::scan::{self, Scan};
use crate::kernels::reduce::{any, integer, max, product, softmax, squares, sum};

codes! {
    ScanCode => Scan {
        sum => Scan::Sum,
        product => Scan::Product,
        log_sum_exp => Scan::LogSumExp,
    }
}

bindings! {
    fn sum_axis(
        x: &[f32; [outer, axis, inner]],
        scale: f64,
        out: &mut [f32; [outer, inner]],
        dims: Axis { outer, axis, inner },
    ) {
        sum::sum_axis(x, scale, out, dims)
    }

    fn max_axis_backward(
        upstream: &[f32; [outer, inner]],
        x: &[f32; [outer, axis, inner]],
        maximum: &[f32; [outer, inner]],
        gradient: &mut [f32; [outer, axis, inner]],
        dims: Axis { outer, axis, inner },
    ) {
        max::max_axis_backward(upstream, x, maximum, gradient, dims)
    }

    fn integer_sum(
        x: &[i32; [outer, axis, inner]],
        out: &mut [i32; [outer, inner]],
        dims: Axis { outer, axis, inner },
    ) -> bool {
        integer::sum_axis(x, out, dims)
    }

    fn sum_of_u8(
        x: &[u8; [outer, axis, inner]],
        out: &mut [i32; [outer, inner]],
        dims: Axis { outer, axis, inner },
    ) -> bool {
        integer::sum_axis_of_u8(x, out, dims)
    }

    fn logsumexp(
        x: &[f32; [outer, axis, inner]],
        out: &mut [f32; [outer, inner]],
        dims: Axis { outer, axis, inner },
    ) {
        softmax::logsumexp(x, out, dims)
    }

    fn squares_axis(
        x: &[f32; [outer, axis, inner]],
        center: Option<&[f32; [outer, inner]]>,
        scale: f64,
        out: &mut [f32; [outer, inner]],
        dims: Axis { outer, axis, inner },
    ) {
        squares::squares_axis(x, center, scale, out, dims)
    }

    fn product_axis(
        x: &[f32; [outer, axis, inner]],
        out: &mut [f32; [outer, inner]],
        dims: Axis { outer, axis, inner },
    ) {
        product::product_axis(x, out, dims)
    }

    fn integer_product(
        x: &[i32; [outer, axis, inner]],
        out: &mut [i32; [outer, inner]],
        dims: Axis { outer, axis, inner },
    ) -> bool {
        product::integer_product_axis(x, out, dims)
    }

    fn any_axis(
        x: &[u8; [outer, axis, inner]],
        out: &mut [u8; [outer, inner]],
        all: bool,
        dims: Axis { outer, axis, inner },
    ) {
        any::any_axis(x, out, all, dims)
    }

    fn scan(
        x: &[f32; [outer, axis, inner]],
        out: &mut [f32; [outer, axis, inner]],
        kind: code ScanCode,
        reverse: bool,
        dims: Axis { outer, axis, inner },
    ) {
        scan::scan(x, out, kind, reverse, dims)
    }

    fn integer_scan(
        x: &[i32; [outer, axis, inner]],
        out: &mut [i32; [outer, axis, inner]],
        product: bool,
        dims: Axis { outer, axis, inner },
    ) -> bool {
        scan::integer_scan(x, out, product, dims)
    }

    fn cumulative_extreme(
        keys: &[u32; [outer, axis, inner]],
        indices: &mut [i32; [outer, axis, inner]],
        least: bool,
        floats: bool,
        dims: Axis { outer, axis, inner },
    ) {
        scan::cumulative_extreme(keys, indices, least, floats, dims)
    }

    /// The axis of `upstream` has one element if `whole`.
    fn product_backward(
        upstream: &[f32; [outer, if whole { 1 } else { axis }, inner]],
        x: &[f32; [outer, axis, inner]],
        whole: bool,
        gradient: &mut [f32; [outer, axis, inner]],
        later: &mut [f64; axis],
        dims: Axis { outer, axis, inner },
    ) {
        scan::product_backward(upstream, x, whole, gradient, later, dims)
    }
}

macro_rules! extremes {
    ($($max:ident $argmax:ident $t:ty;)*) => {
        bindings! {$(
            fn $max(
                x: &[$t; [outer, axis, inner]],
                out: &mut [$t; [outer, inner]],
                least: bool,
                dims: Axis { outer, axis, inner },
            ) {
                max::max_axis(x, out, least, dims)
            }

            fn $argmax(
                x: &[$t; [outer, axis, inner]],
                out: &mut [i32; [outer, inner]],
                least: bool,
                dims: Axis { outer, axis, inner },
            ) {
                max::argmax_axis(x, out, least, dims)
            }
        )*}
    };
}

extremes! {
    max_axis argmax_axis f32;
    max_axis_of_i32 argmax_axis_of_i32 i32;
    max_axis_of_u8 argmax_axis_of_u8 u8;
}

macro_rules! along_axis {
    ($($name:ident $backward:ident;)*) => {
        bindings! {$(
            fn $name(
                x: &[f32; [outer, axis, inner]],
                out: &mut [f32; [outer, axis, inner]],
                dims: Axis { outer, axis, inner },
            ) {
                softmax::$name(x, out, dims)
            }

            fn $backward(
                upstream: &[f32; [outer, axis, inner]],
                y: &[f32; [outer, axis, inner]],
                gradient: &mut [f32; [outer, axis, inner]],
                dims: Axis { outer, axis, inner },
            ) {
                softmax::$backward(upstream, y, gradient, dims)
            }
        )*}
    };
}

along_axis! {
    softmax softmax_backward;
    log_softmax log_softmax_backward;
}
