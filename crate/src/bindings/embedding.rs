use crate::kernels::embedding::embedding_bag::{self, Bags, Scale};

fn scale_of(mean: bool, per_sample: Option<&[f32]>) -> Scale<'_> {
    match (mean, per_sample) {
        (true, _) => Scale::Mean,
        (false, None) => Scale::None,
        (false, Some(per_sample)) => Scale::PerSample(per_sample),
    }
}

// For all of these: indices are less than the number of rows, and offsets ascend within the indices.
bindings! {
    fn embedding_bag_sum(
        table: &[f32; [rows, width]],
        rows: usize,
        width: usize,
        indices: &[i32; length],
        length: usize,
        offsets: &[i32; bags.saturating_add(1)],
        bags: usize,
        padding: i32,
        mean: bool,
        per_sample: Option<&[f32; length]>,
        out: &mut [f32; [bags, width]],
    ) {
        let members = Bags { indices, offsets, padding, width };
        embedding_bag::sum(table, members, scale_of(mean, per_sample), out)
    }

    fn embedding_bag_sum_backward(
        upstream: &[f32; [bags, width]],
        rows: usize,
        width: usize,
        indices: &[i32; length],
        length: usize,
        offsets: &[i32; bags.saturating_add(1)],
        bags: usize,
        padding: i32,
        mean: bool,
        per_sample: Option<&[f32; length]>,
        gradient: &mut [f32; [rows, width]],
    ) {
        let members = Bags { indices, offsets, padding, width };
        embedding_bag::sum_backward(upstream, members, scale_of(mean, per_sample), gradient)
    }

    fn embedding_bag_per_sample_backward(
        upstream: &[f32; [bags, width]],
        table: &[f32; [rows, width]],
        rows: usize,
        width: usize,
        indices: &[i32; length],
        length: usize,
        offsets: &[i32; bags.saturating_add(1)],
        bags: usize,
        padding: i32,
        gradient: &mut [f32; length],
    ) {
        let members = Bags { indices, offsets, padding, width };
        embedding_bag::per_sample_backward(upstream, table, members, gradient)
    }

    fn embedding_bag_max(
        table: &[f32; [rows, width]],
        rows: usize,
        width: usize,
        indices: &[i32; length],
        length: usize,
        offsets: &[i32; bags.saturating_add(1)],
        bags: usize,
        padding: i32,
        out: &mut [f32; [bags, width]],
        chosen: &mut [i32; [bags, width]],
    ) {
        embedding_bag::max(table, Bags { indices, offsets, padding, width }, out, chosen)
    }

    /// Elements of `chosen` are rows or -1.
    fn embedding_bag_max_backward(
        upstream: &[f32; [bags, width]],
        chosen: &[i32; [bags, width]],
        gradient: &mut [f32; [rows, width]],
        rows: usize,
        width: usize,
        bags: usize,
    ) {
        embedding_bag::max_backward(upstream, chosen, gradient, width)
    }
}
