use super::declare::input;
use crate::kernels::loss::adjusted_labels::Adjustment;
use crate::kernels::loss::asymmetric_loss::Asymmetric;
use crate::kernels::loss::binary_cross_entropy::{OfLogits, OfProbabilities};
use crate::kernels::loss::cross_entropy::{self, Dims as Classes, Targets as ClassTargets};
use crate::kernels::loss::elementwise_loss::{self, Operands, SpanLoss, Targets};
use crate::kernels::loss::fused_loss::{self, Reduction};
use crate::kernels::loss::known::Ignored;
use crate::kernels::loss::mse_loss::MeanSquaredError;
use crate::kernels::loss::multi_margin::{self, Dims as ClassMargins, Margin};
use crate::kernels::loss::multilabel_margin::{self, Dims as Margins};
use crate::kernels::loss::multilabel_soft_margin::{self, Dims};
use crate::kernels::loss::nll::{self, Dims as Likelihoods};
use crate::kernels::loss::sigmoid_focal_loss::SigmoidFocal;
use crate::kernels::loss::smooth_l1::SmoothL1;
use crate::kernels::loss::soft_margin::SoftMargin;
use crate::kernels::loss::targets::{Positives, Targets as LabelTargets, Weight};

codes! {
    ReductionCode => Reduction {
        none => Reduction::None,
        mean => Reduction::Mean,
        sum => Reduction::Sum,
    }
}

/// The number of results: one, or one for each loss.
fn results(reduction: Reduction, losses: usize) -> usize {
    if reduction == Reduction::None {
        losses
    } else {
        1
    }
}

bindings! {
    fn fused_loss_backward(
        gradient: &mut [f32; [rows, columns]],
        upstream: &[f32; rows],
        rows: usize,
        columns: usize,
    ) {
        fused_loss::backward(gradient, upstream, columns)
    }
}

/// # Safety
/// That of the losses below.
unsafe fn targets_of<'a>(targets: *const u8, are_bytes: bool, length: usize) -> Targets<'a> {
    // SAFETY: the function's contract.
    unsafe {
        if are_bytes {
            Targets::Bytes(input(targets, length))
        } else {
            Targets::Floats(input(targets.cast(), length))
        }
    }
}

macro_rules! losses {
    ($($name:ident($($parameter:ident),*) => $loss:expr;)*) => {
        bindings! {$(
            /// Targets are bytes, or float32. Those equal to `ignored` cost nothing; infinity for none.
            fn $name(
                x: &[f32; length],
                targets: *const u8,
                targets_are_bytes: bool,
                weight: Option<&[f32; weight_length]>,
                weight_length: usize,
                pos_weight: Option<&[f32; pos_weight_length]>,
                pos_weight_length: usize,
                ignored: f32,
                gradient: Option<&mut [f32; length]>,
                out: &mut [f32; results(reduction, length)],
                length: usize,
                reduction: code ReductionCode,
                $($parameter: f64,)*
            ) {
                // SAFETY: the binding's contract.
                let y = unsafe { targets_of(targets, targets_are_bytes, length) };
                let (weight, pos_weight) = (weight.unwrap_or_default(), pos_weight.unwrap_or_default());
                let operands = Operands { x, y, weight, pos_weight, ignored: Ignored::new(ignored) };
                run(&$loss, operands, gradient, out, reduction)
            }
        )*}
    };
}

// Not inlined, because all losses share it.
#[inline(never)]
fn run(
    loss: &dyn SpanLoss,
    operands: Operands,
    gradient: Option<&mut [f32]>,
    out: &mut [f32],
    reduction: Reduction,
) {
    elementwise_loss::forward(loss, operands, gradient, out, reduction);
}

losses! {
    binary_cross_entropy() => OfProbabilities;
    binary_cross_entropy_with_logits() => OfLogits;
    mse_loss() => MeanSquaredError;
    smooth_l1_loss(bound, slope) => SmoothL1::new(bound, slope);
    soft_margin_loss() => SoftMargin;
    sigmoid_focal_loss(alpha, gamma) => SigmoidFocal::new(alpha, gamma);
    asymmetric_loss(gamma_neg, gamma_pos, clip) => Asymmetric::new(gamma_neg, gamma_pos, clip);
}

bindings! {
    /// Sets the values of targets equal to `ignored` to 0; returns how many others there are.
    fn known_labels_keep(
        values: &mut [f32; length],
        targets: *const u8,
        targets_are_bytes: bool,
        ignored: f32,
        length: usize,
    ) -> usize {
        // SAFETY: the binding's contract.
        let y = unsafe { targets_of(targets, targets_are_bytes, length) };
        Ignored::new(ignored).map_or(length, |ignored| elementwise_loss::keep_known(values, y, ignored))
    }

    /// Whether all others are from 0 to 1.
    fn known_labels_within_unit(
        x: &[f32; length],
        targets: *const u8,
        targets_are_bytes: bool,
        ignored: f32,
        length: usize,
    ) -> bool {
        // SAFETY: the binding's contract.
        let y = unsafe { targets_of(targets, targets_are_bytes, length) };
        Ignored::new(ignored).is_none_or(|ignored| elementwise_loss::are_known_within_unit(x, y, ignored))
    }

    /// Targets are int32 indices, `ignored` or from 0 to below `classes`; or float32 probabilities.
    fn cross_entropy(
        logits: &[f32; [rows, classes]],
        targets: *const i32,
        targets_are_indices: bool,
        ignored: i32,
        weight: Option<&[f32; classes]>,
        smoothing: f64,
        gradient: Option<&mut [f32; [rows, classes]]>,
        out: &mut [f32; results(reduction, rows)],
        workspace: &mut [f32; [2, classes]],
        rows: usize,
        classes: usize,
        reduction: code ReductionCode,
    ) {
        // SAFETY: the binding's contract.
        let targets = unsafe {
            if targets_are_indices {
                ClassTargets::Indices { indices: input(targets, rows), ignored }
            } else {
                ClassTargets::Probabilities(input(targets.cast(), [rows, classes]))
            }
        };
        let (weight, dims) = (weight.unwrap_or_default(), Classes { rows, classes, reduction });
        cross_entropy::forward(logits, targets, weight, smoothing, gradient, out, workspace, dims)
    }

    /// Targets are `ignored`, or from 0 to below `classes`.
    fn nll_loss(
        x: &[f32; [rows, classes]],
        targets: &[i32; rows],
        ignored: i32,
        weight: Option<&[f32; classes]>,
        gradient: Option<&mut [f32; [rows, classes]]>,
        out: &mut [f32; results(reduction, rows)],
        rows: usize,
        classes: usize,
        reduction: code ReductionCode,
    ) {
        let dims = Likelihoods { rows, classes, reduction };
        nll::forward(x, targets, ignored, weight.unwrap_or_default(), gradient, out, dims)
    }

    /// Targets are from 0 to below `classes`.
    fn multi_margin_loss(
        logits: &[f32; [rows, classes]],
        targets: &[i32; rows],
        is_squared: bool,
        margin: f64,
        weight: Option<&[f32; classes]>,
        gradient: Option<&mut [f32; [rows, classes]]>,
        out: &mut [f32; results(reduction, rows)],
        rows: usize,
        classes: usize,
        reduction: code ReductionCode,
    ) {
        let options = Margin { is_squared, margin, weight: weight.unwrap_or_default() };
        multi_margin::forward(logits, targets, options, gradient, out, ClassMargins { rows, classes, reduction })
    }

    /// Targets are less than `classes`.
    fn multilabel_margin(
        logits: &[f32; [rows, classes]],
        targets: &[i32; [rows, classes]],
        gradient: Option<&mut [f32; [rows, classes]]>,
        out: &mut [f32; results(reduction, rows)],
        workspace: &mut [f32; [3, classes]],
        rows: usize,
        classes: usize,
        reduction: code ReductionCode,
    ) {
        let dims = Margins { rows, classes, reduction };
        multilabel_margin::forward(logits, targets, gradient, out, workspace, dims)
    }

    /// Targets are bytes, or float32. A weight has one value for each class if its number of rows is 1, else one for each
    /// logit. Targets equal to `ignored` are missing; infinity for none. Returns the unrounded mean or sum.
    fn multilabel_soft_margin(
        logits: &[f32; [rows, classes]],
        targets: *const u8,
        targets_are_bytes: bool,
        weight: Option<&[f32; [weight_rows, classes]]>,
        weight_rows: usize,
        gradient: Option<&mut [f32; [rows, classes]]>,
        out: &mut [f32; results(reduction, rows)],
        rows: usize,
        classes: usize,
        reduction: code ReductionCode,
        pos_weight: Option<&[f32; [pos_weight_rows, classes]]>,
        pos_weight_rows: usize,
        smoothing: f64,
        ignored: f32,
    ) -> f64 {
        // SAFETY: the binding's contract.
        let labels = unsafe {
            if targets_are_bytes {
                LabelTargets::Bytes(input(targets, [rows, classes]))
            } else {
                LabelTargets::Floats(input(targets.cast(), [rows, classes]))
            }
        };
        let [weight, pos_weight] = [weight_of(weight, weight_rows), weight_of(pos_weight, pos_weight_rows)];
        let adjustment = Adjustment { pos_weight, smoothing, ignored: Ignored::new(ignored) };
        let dims = Dims { rows, classes, reduction };
        multilabel_soft_margin::forward(logits, labels, weight, adjustment, gradient, out, dims)
    }

    /// The same where the targets are 1 at `columns[row_starts[i]..row_starts[i + 1]]` of row i and 0 elsewhere.
    fn multilabel_soft_margin_positives(
        logits: &[f32; [rows, classes]],
        row_starts: &[i32; rows.saturating_add(1)],
        columns: &[i32; count],
        count: usize,
        weight: Option<&[f32; [weight_rows, classes]]>,
        weight_rows: usize,
        gradient: Option<&mut [f32; [rows, classes]]>,
        out: &mut [f32; results(reduction, rows)],
        rows: usize,
        classes: usize,
        reduction: code ReductionCode,
        pos_weight: Option<&[f32; [pos_weight_rows, classes]]>,
        pos_weight_rows: usize,
        smoothing: f64,
    ) -> f64 {
        let labels = LabelTargets::Positives(Positives::new(row_starts, columns, classes));
        let [weight, pos_weight] = [weight_of(weight, weight_rows), weight_of(pos_weight, pos_weight_rows)];
        let adjustment = Adjustment { pos_weight, smoothing, ignored: None };
        let dims = Dims { rows, classes, reduction };
        multilabel_soft_margin::forward(logits, labels, weight, adjustment, gradient, out, dims)
    }
}

fn weight_of(weight: Option<&[f32]>, rows: usize) -> Weight<'_> {
    match (weight, rows) {
        (None, _) => Weight::None,
        (Some(weight), 1) => Weight::PerClass(weight),
        (Some(weight), _) => Weight::PerElement(weight),
    }
}
