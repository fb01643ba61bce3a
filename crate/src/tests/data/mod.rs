mod label_issues;
mod order;
mod stratify;
