"""The estimator behind the interfaces of other packages.

:mod:`tropanel.compat.diff_diff` makes diff-diff compute with tropanel's kernel;
:mod:`tropanel.compat.trop` has the functions of the package trop.
"""
