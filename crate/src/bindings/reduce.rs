use crate::kernels::reduce::axis::Axis;
use crate::kernels::reduce::{integer, max, softmax, sum};

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
