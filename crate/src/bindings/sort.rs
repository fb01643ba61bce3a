use crate::kernels::reduce::axis::Axis;
use crate::kernels::sort::entry::Entry;
use crate::kernels::sort::{key, sort, topk};

bindings! {
    fn keys_of_f32(x: &[f32; length], keys: &mut [u32; length], length: usize) {
        key::keys_of_f32(x, keys)
    }

    fn keys_of_i32(x: &[i32; length], keys: &mut [u32; length], length: usize) {
        key::keys_of_i32(x, keys)
    }

    fn keys_of_u8(x: &[u8; length], keys: &mut [u32; length], length: usize) {
        key::keys_of_u8(x, keys)
    }

    fn topk(
        keys: &[u32; [outer, axis, inner]],
        largest: bool,
        indices: &mut [i32; [outer, k, inner]],
        scratch: &mut [Entry; [k, threads]],
        k: usize,
        threads: usize,
        dims: Axis { outer, axis, inner },
    ) {
        topk::topk(keys, largest, indices, scratch, k, dims)
    }

    /// `scratch` has two entries for each element along the axis, for each thread.
    fn sort(
        keys: &[u32; [outer, axis, inner]],
        descending: bool,
        indices: &mut [i32; [outer, axis, inner]],
        scratch: &mut [Entry; [2, axis, threads]],
        threads: usize,
        dims: Axis { outer, axis, inner },
    ) {
        sort::sort(keys, descending, indices, scratch, dims)
    }
}
