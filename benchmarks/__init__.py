"""Benchmarks: what tapwise takes beside other libraries, and its layers beside PyTorch's."""
