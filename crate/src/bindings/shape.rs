use super::declare::{input, output};
use crate::kernels::reduce::axis::Axis;
use crate::kernels::shape::gather;
use crate::kernels::shape::rearrange::{self, Rectangle};
use crate::size::reach;

bindings! {
    /// Elements have 4 bytes (float32, int32) or 1 byte (uint8, bool); the type does not matter. The rank is at most
    /// `MAX_RANK`; `length` is the product of the shape, `x_length` the extent of the strides.
    fn strided_copy(
        x: *const u8,
        out: *mut u8,
        element_bytes: usize,
        x_length: usize,
        length: usize,
        shape: &[u32; rank],
        strides: &[u32; rank],
        rank: usize,
    ) {
        // SAFETY: the binding's contract.
        unsafe {
            match element_bytes {
                1 => rearrange::strided(input(x, x_length), output(out, length), shape, strides),
                4 => {
                    let x = input(x.cast::<u32>(), x_length);
                    rearrange::strided(x, output(out.cast::<u32>(), length), shape, strides);
                }
                _ => panic!("strided_copy: no elements have {element_bytes} bytes"),
            }
        }
    }

    /// Lengths and strides in bytes.
    fn rectangle_copy(
        from: &[u8; reach([rows, length], [from_stride, 1])],
        into: &mut [u8; reach([rows, length], [into_stride, 1])],
        dims: Rectangle { rows, length, from_stride, into_stride },
    ) {
        rearrange::rectangle(from, into, dims)
    }

    /// `length` in bytes; every index is less than the number of rows.
    fn gather_rows(
        x: &[u8; [x_rows, length]],
        x_rows: usize,
        indices: &[i32; count],
        count: usize,
        out: &mut [u8; [count, length]],
        length: usize,
    ) {
        rearrange::gather_rows(x, indices, out, length)
    }

    /// `length` in elements; every index is less than the number of rows.
    fn scatter_add_rows(
        upstream: &[f32; [count, length]],
        indices: &[i32; count],
        count: usize,
        gradient: &mut [f32; [rows, length]],
        rows: usize,
        length: usize,
    ) {
        rearrange::scatter_add_rows(upstream, indices, gradient, length)
    }

    /// Elements have 4 bytes or 1. Every index is less than the size of the axis.
    fn gather(
        x: *const u8,
        element_bytes: usize,
        indices: &[i32; [outer, count, inner]],
        out: *mut u8,
        count: usize,
        dims: Axis { outer, axis, inner },
    ) {
        let (all, taken) = ([outer, axis, inner], [outer, count, inner]);
        // SAFETY: the binding's contract.
        unsafe {
            match element_bytes {
                1 => gather::gather(input(x, all), indices, output(out, taken), count, dims),
                4 => gather::gather(input(x.cast::<u32>(), all), indices, output(out.cast::<u32>(), taken), count, dims),
                _ => panic!("gather: no elements have {element_bytes} bytes"),
            }
        }
    }

    /// Every index is less than the size of the axis.
    fn scatter_add(
        upstream: &[f32; [outer, count, inner]],
        indices: &[i32; [outer, count, inner]],
        gradient: &mut [f32; [outer, axis, inner]],
        count: usize,
        dims: Axis { outer, axis, inner },
    ) {
        gather::scatter_add(upstream, indices, gradient, count, dims)
    }
}
