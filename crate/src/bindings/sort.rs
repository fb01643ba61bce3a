use crate::kernels::reduce::axis::Axis;
use crate::kernels::sort::entry::Entry;
use crate::kernels::sort::rank::{self, Rank};
use crate::kernels::sort::{key, search, sort, topk, unique};

codes! {
    RankCode(k: usize) => Rank {
        at => Rank::At(k),
        median => Rank::Median,
        nanmedian => Rank::NanMedian,
        mode => Rank::Mode,
    }
}

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

    /// `scratch` has two entries for each element along the axis; `k` is less than the axis.
    fn rank(
        keys: &[u32; [outer, axis, inner]],
        wanted: code RankCode(k),
        k: usize,
        floats: bool,
        indices: &mut [i32; [outer, inner]],
        scratch: &mut [Entry; [2, axis]],
        dims: Axis { outer, axis, inner },
    ) {
        rank::rank(keys, wanted, floats, indices, scratch, dims)
    }

    fn order_rows(keys: &[u32; [rows, width]], order: &mut [i32; rows], rows: usize, width: usize) {
        unique::order_rows(keys, order, width)
    }

    /// `order` has each row once.
    fn runs(
        keys: &[u32; [rows, width]],
        order: Option<&[i32; rows]>,
        floats: bool,
        inverse: &mut [i32; rows],
        firsts: &mut [i32; rows],
        counts: &mut [i32; rows],
        rows: usize,
        width: usize,
    ) -> usize {
        unique::runs(keys, order, floats, inverse, firsts, counts, width)
    }

    fn search_f32(
        sequence: &[f32; [sequences, length]],
        values: &[f32; [rows, per_row]],
        out: &mut [i32; [rows, per_row]],
        right: bool,
        sequences: usize,
        length: usize,
        rows: usize,
        per_row: usize,
    ) {
        search::search(sequence, values, out, right, length, per_row)
    }

    fn search_i32(
        sequence: &[i32; [sequences, length]],
        values: &[i32; [rows, per_row]],
        out: &mut [i32; [rows, per_row]],
        right: bool,
        sequences: usize,
        length: usize,
        rows: usize,
        per_row: usize,
    ) {
        search::search(sequence, values, out, right, length, per_row)
    }

    fn count(numbers: &[i32; length], counts: &mut [i32; bins], length: usize, bins: usize) {
        search::count(numbers, counts)
    }
}
