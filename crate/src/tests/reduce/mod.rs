mod max;
