use super::declare::{input, output};
use crate::kernels::reduce::axis::Axis;
use crate::kernels::shape::gather;
use crate::kernels::shape::indexing::{self, Combine};
use crate::kernels::shape::rearrange::{self, Rectangle, Strided};
use crate::size::reach;

codes! {
    /// How written values combine with what is at their place.
    CombineCode => Combine {
        sum => Combine::Sum,
        prod => Combine::Product,
        amax => Combine::Max,
        amin => Combine::Min,
    }
}

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

    /// Elements have 4 bytes or 1. Every index is less than the size of the axis; null takes it in reverse order, all of it.
    fn index_select(
        x: *const u8,
        element_bytes: usize,
        indices: Option<&[i32; count]>,
        out: *mut u8,
        count: usize,
        dims: Axis { outer, axis, inner },
    ) {
        let (all, taken) = ([outer, axis, inner], [outer, count, inner]);
        // SAFETY: the binding's contract.
        unsafe {
            match element_bytes {
                1 => rearrange::index_select(input(x, all), indices, output(out, taken), dims),
                4 => {
                    let x = input(x.cast::<f32>(), all);
                    rearrange::index_select(x, indices, output(out.cast::<f32>(), taken), dims);
                }
                _ => panic!("index_select: no elements have {element_bytes} bytes"),
            }
        }
    }

    /// Every index is less than the size of the axis.
    fn index_add(
        values: &[f32; [outer, count, inner]],
        indices: &[i32; count],
        out: &mut [f32; [outer, axis, inner]],
        count: usize,
        dims: Axis { outer, axis, inner },
    ) {
        rearrange::index_add(values, indices, out, dims)
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

    /// `out[i] += stride * indices[i]`. Returns the place of the first index that is out of range, or their number.
    fn add_positions(
        indices: &[i32; count],
        size: i32,
        stride: i32,
        negative: bool,
        out: &mut [i32; count],
        count: usize,
    ) -> usize {
        indexing::positions(indices, size, stride, negative, out)
    }

    /// Elements have 4 bytes or 1. Every index is less than the size of the axis.
    fn scatter(
        src: *const u8,
        element_bytes: usize,
        indices: &[i32; [outer, count, inner]],
        out: *mut u8,
        count: usize,
        dims: Axis { outer, axis, inner },
    ) {
        let (all, written) = ([outer, axis, inner], [outer, count, inner]);
        // SAFETY: the binding's contract.
        unsafe {
            match element_bytes {
                1 => indexing::scatter(input(src, written), indices, output(out, all), count, dims),
                4 => {
                    let src = input(src.cast::<u32>(), written);
                    indexing::scatter(src, indices, output(out.cast::<u32>(), all), count, dims);
                }
                _ => panic!("scatter: no elements have {element_bytes} bytes"),
            }
        }
    }

    /// Every index is less than the size of the axis.
    fn combine_floats(
        combine: code CombineCode,
        src: &[f32; [outer, count, inner]],
        indices: &[i32; [outer, count, inner]],
        out: &mut [f32; [outer, axis, inner]],
        count: usize,
        dims: Axis { outer, axis, inner },
    ) {
        indexing::combine_floats(combine, src, indices, out, count, dims)
    }

    /// Every index is less than the size of the axis. Returns whether all results fit.
    fn combine_integers(
        combine: code CombineCode,
        src: &[i32; [outer, count, inner]],
        indices: &[i32; [outer, count, inner]],
        out: &mut [i32; [outer, axis, inner]],
        count: usize,
        dims: Axis { outer, axis, inner },
    ) -> bool {
        indexing::combine_integers(combine, src, indices, out, count, dims)
    }

    fn count_true(mask: &[u8; length], length: usize) -> usize {
        indexing::count_true(mask)
    }

    /// `count` is the number of bytes that are not 0.
    fn true_positions(mask: &[u8; length], out: &mut [i32; count], count: usize, length: usize) {
        indexing::true_positions(mask, out)
    }

    /// Sizes are at least 1.
    fn coordinates(positions: &[i32; count], size: i32, stride: i32, out: &mut [i32; count], count: usize) {
        indexing::coordinates(positions, size, stride, out)
    }
}
