"""The data: frames and matrices as a panel, and what is asked of it."""
