mod dot_product;
