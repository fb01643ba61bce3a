use crate::kernels::sparse::csr_linear::{self, Csr, Element};

// Offsets ascend from 0 to the number of elements, and columns are in range. Elements are three numbers each.
bindings! {
    fn csr_by_column(
        crow: &[i32; rows.saturating_add(1)],
        col: &[i32; count],
        values: &[f32; count],
        rows: usize,
        columns: usize,
        count: usize,
        elements: &mut [Element; count],
        workspace: &mut [Element; count],
    ) {
        csr_linear::by_column(Csr { crow, col, values }, columns, elements, workspace)
    }

    fn csr_linear(
        elements: &[Element; count],
        count: usize,
        crow: &[i32; rows.saturating_add(1)],
        weight: &[f32; [outputs, columns]],
        bias: Option<&[f32; outputs]>,
        rows: usize,
        columns: usize,
        outputs: usize,
        out: &mut [f32; [rows, outputs]],
    ) {
        csr_linear::forward(elements, crow, weight, columns, bias, out, outputs)
    }

    fn csr_linear_weight_backward(
        elements: &[Element; count],
        count: usize,
        crow: &[i32; rows.saturating_add(1)],
        upstream: &[f32; [rows, outputs]],
        rows: usize,
        columns: usize,
        outputs: usize,
        gradient: &mut [f32; [outputs, columns]],
    ) {
        csr_linear::weight_backward(elements, crow, upstream, outputs, gradient, columns)
    }
}
