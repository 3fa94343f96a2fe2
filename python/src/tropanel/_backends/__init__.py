"""What computes: the compiled core, the NumPy reference, or both compared."""
