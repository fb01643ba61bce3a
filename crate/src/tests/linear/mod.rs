mod gemm;
