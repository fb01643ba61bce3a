use super::declare::{input, output};
use crate::kernels::reduce::axis::Axis;
use crate::kernels::shape::gather;
use crate::kernels::shape::rearrange::{self, Rectangle, Strided};
use crate::size::reach;

bindings! {
    /// Elements have 4 bytes (float32, int32) or 1 byte (uint8, bool); the type does not matter. The rank is at most
    /// `MAX_RANK`; both lengths are the extents of the strides.
    fn strided_copy(
        from: *const u8,
        into: *mut u8,
        element_bytes: usize,
        from_length: usize,
        into_length: usize,
        shape: &[u32; rank],
        from_strides: &[u32; rank],
        into_strides: &[u32; rank],
        rank: usize,
    ) {
        let walk = Strided { shape, from: from_strides, into: into_strides };
        // SAFETY: the binding's contract.
        unsafe {
            match element_bytes {
                1 => rearrange::strided(input(from, from_length), output(into, into_length), walk),
                4 => {
                    let from = input(from.cast::<f32>(), from_length);
                    rearrange::strided_words(from, output(into.cast::<f32>(), into_length), walk);
                }
                _ => panic!("strided_copy: no elements have {element_bytes} bytes"),
            }
        }
    }

    /// The rank is at most `MAX_RANK`; both lengths are the extents of the strides.
    fn strided_add(
        from: &[f32; from_length],
        into: &mut [f32; into_length],
        from_length: usize,
        into_length: usize,
        shape: &[u32; rank],
        from_strides: &[u32; rank],
        into_strides: &[u32; rank],
        rank: usize,
    ) {
        rearrange::strided_add(from, into, Strided { shape, from: from_strides, into: into_strides })
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
