//! Updates of parameters, and clipping of gradients.

pub mod adagrad;
pub mod adam;
pub mod clip_grad;
pub mod rmsprop;
pub mod sgd;
pub mod update;
