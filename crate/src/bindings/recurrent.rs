use crate::kernels::linear::gemm;
use crate::kernels::recurrent::cells::Cell;
use crate::kernels::recurrent::sequence::{self, Dims, Given, Kept};
use crate::kernels::recurrent::steps::Steps;

codes! {
    CellCode => Cell {
        lstm => Cell::Lstm,
        gru => Cell::Gru,
        tanh => Cell::Tanh,
        relu => Cell::Relu,
    }
}

bindings! {
    /// The sum of `sizes` is `rows`; they do not rise, and the first is at most `batch`.
    fn recurrent(
        cell: code CellCode,
        projected: &[f32; [rows, cell.gates(), hidden]],
        weight: &[f32; [cell.gates(), hidden, hidden]],
        bias: Option<&[f32; [cell.gates(), hidden]]>,
        sizes: &[i32; length],
        length: usize,
        reverse: bool,
        h: &mut [f32; [batch, hidden]],
        c: Option<&mut [f32; [batch, hidden]]>,
        out: &mut [f32; [rows, hidden]],
        gates: &mut [f32; [rows, cell.gates(), hidden]],
        kept: &mut [f32; [rows, cell.kept(), hidden]],
        previous: &mut [f32; [rows, hidden]],
        panels: &mut [f32; [cell.gates(), hidden, hidden.saturating_add(7)]],
        workspace: &mut [f32; [threads, gemm::WORKSPACE_OF_THREAD]],
        threads: usize,
        dims: Dims { rows, batch, hidden },
    ) {
        let states = [h, c.unwrap_or_default()];
        let saved = Kept { gates, kept, previous };
        let steps = Steps { sizes, reverse };
        sequence::forward(cell, projected, weight, bias, steps, states, out, saved, panels, workspace, dims)
    }

    /// The second gradient is that of projected states, of a GRU.
    fn recurrent_backward(
        cell: code CellCode,
        upstream: Option<&[f32; [rows, hidden]]>,
        weight: &[f32; [cell.gates(), hidden, hidden]],
        sizes: &[i32; length],
        length: usize,
        reverse: bool,
        h: &mut [f32; [batch, hidden]],
        c: Option<&mut [f32; [batch, hidden]]>,
        gates: &[f32; [rows, cell.gates(), hidden]],
        kept: &[f32; [rows, cell.kept(), hidden]],
        previous: &[f32; [rows, hidden]],
        gradient: &mut [f32; [rows, cell.gates(), hidden]],
        state_gradient: Option<&mut [f32; [rows, cell.gates(), hidden]]>,
        scratch: &mut [f32; [batch, hidden]],
        panels: &mut [f32; [cell.gates(), hidden, hidden.saturating_add(7)]],
        workspace: &mut [f32; [threads, gemm::WORKSPACE_OF_THREAD]],
        threads: usize,
        dims: Dims { rows, batch, hidden },
    ) {
        let given = Given { gates, kept, previous, upstream };
        let (states, steps) = ([h, c.unwrap_or_default()], Steps { sizes, reverse });
        let gradients = [gradient, state_gradient.unwrap_or_default()];
        sequence::backward(cell, given, weight, steps, states, gradients, scratch, panels, workspace, dims)
    }

    fn recurrent_backward_weight(
        cell: code CellCode,
        projected: &[f32; [rows, cell.gates(), hidden]],
        previous: &[f32; [rows, hidden]],
        gradient: &mut [f32; [cell.gates(), hidden, hidden]],
        workspace: &mut [f32; [threads, gemm::WORKSPACE_OF_THREAD]],
        threads: usize,
        dims: Dims { rows, batch, hidden },
    ) {
        sequence::backward_weight(cell, projected, previous, gradient, workspace, dims)
    }
}
