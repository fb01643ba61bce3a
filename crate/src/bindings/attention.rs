use crate::kernels::attention::dot_product::{self, Gradients, Mask, Operands, Rule, Sizes};
use wasm_bindgen::prelude::wasm_bindgen;

/// Bytes of workspace of attention, for each thread.
#[wasm_bindgen]
pub fn attention_workspace_bytes(queries: usize, keys: usize) -> usize {
    let sizes = Sizes { count: 1, queries, keys, width: 1, values: 1 };
    sizes.workspace().saturating_mul(size_of::<f32>())
}

bindings! {
    /// `mask_starts` are within the mask, with `mask_stride` from row to row.
    fn attention(
        query: &[f32; [count, queries, width]],
        key: &[f32; [count, keys, width]],
        value: &[f32; [count, keys, values]],
        mask: Option<&[f32; mask_length]>,
        mask_starts: Option<&[u32; count]>,
        mask_length: usize,
        mask_stride: usize,
        scale: f32,
        causal: bool,
        weights: &mut [f32; [count, queries, keys]],
        out: &mut [f32; [count, queries, values]],
        workspace: &mut [f32; workspace_length],
        workspace_length: usize,
        sizes: Sizes { count, queries, keys, width, values },
    ) {
        let mask = mask.zip(mask_starts).map(|(values, starts)| Mask { values, starts, stride: mask_stride });
        let operands = Operands { query, key, value };
        dot_product::forward(operands, Rule { scale, mask, causal }, weights, out, workspace, sizes)
    }

    fn attention_backward(
        upstream: &[f32; [count, queries, values]],
        query: &[f32; [count, queries, width]],
        key: &[f32; [count, keys, width]],
        value: &[f32; [count, keys, values]],
        weights: &[f32; [count, queries, keys]],
        scale: f32,
        query_gradient: Option<&mut [f32; [count, queries, width]]>,
        key_gradient: Option<&mut [f32; [count, keys, width]]>,
        value_gradient: Option<&mut [f32; [count, keys, values]]>,
        workspace: &mut [f32; workspace_length],
        workspace_length: usize,
        sizes: Sizes { count, queries, keys, width, values },
    ) {
        let gradients = Gradients { query: query_gradient, key: key_gradient, value: value_gradient };
        let operands = Operands { query, key, value };
        dot_product::backward(upstream, operands, weights, scale, gradients, workspace, sizes)
    }
}
