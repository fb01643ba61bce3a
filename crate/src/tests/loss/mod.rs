mod elementwise_loss;
mod multilabel_soft_margin;
