//! Losses, each fused with its gradient.

pub mod adjusted_labels;
pub mod asymmetric_loss;
pub mod binary_cross_entropy;
pub mod cross_entropy;
pub mod elementwise_loss;
pub mod fused_loss;
pub mod known;
pub mod missing_labels;
pub mod mse_loss;
pub mod multi_margin;
pub mod multilabel_margin;
pub mod multilabel_soft_margin;
pub mod nll;
pub mod sigmoid_focal_loss;
pub mod smooth_l1;
pub mod soft_margin;
pub mod targets;
