//! Updates of parameters, and clipping of gradients.

pub mod adadelta;
pub mod adagrad;
pub mod adam;
pub mod adamax;
pub mod asgd;
pub mod clip_grad;
pub mod moments;
pub mod rmsprop;
pub mod rprop;
pub mod sgd;
pub mod update;
