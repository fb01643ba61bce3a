mod activation;
mod convert;
mod integer;
