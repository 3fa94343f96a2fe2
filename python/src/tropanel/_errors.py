"""The one exception class of the package, and the table of its codes."""

from __future__ import annotations

#: Every code a :class:`TropError` can carry, with what it means. The first group is raised while
#: data and options are read, the second by the numerical backends.
ERROR_CODES: dict[str, str] = {
    # data and options
    "data_unreadable": "data is not a data frame, or a matrix cannot be read as numbers",
    "column_missing": "a named column is not in the data",
    "columns_repeated": "two columns of the data share a name, or one column has two roles",
    "outcome_not_numeric": "the outcome holds something that is not a number",
    "treatment_missing": "an observed outcome whose treatment is missing",
    "treatment_constant": "the treatment never varies within units, or within periods",
    "duplicate_rows": "two rows for the same unit and period",
    "id_missing": "a row without unit or period",
    "id_mixed_types": "unit or period ids of several types, such as text and numbers",
    "id_not_sortable": "unit or period ids of a type that has no order",
    "time_order_ambiguous": "periods whose order in time is a guess, or contradicts their labels",
    "unit_time_swapped": "the unit column holds periods and the time column does not",
    "labels_invalid": "unit or period labels of a matrix: wrong length, repeated or missing",
    "lambdas_invalid": "lambdas is not a mapping of exactly time, unit and nn to numbers",
    "grids_invalid": "grids is not a mapping of time, unit or nn to sequences of numbers",
    "option_unknown": "a backend is asked for an option that it does not know",
    "option_invalid": "an option has a value outside of what it accepts",
    "seed_out_of_range": "a seed below 0 or above 2**64 - 1",
    "no_frame_library": "none of pandas, polars and pyarrow is installed",
    "covariate_not_numeric": "a covariate holds something that is not a number",
    "average_weights_not_numeric": "weights of averages that are missing or not numbers",
    "average_weights_vary": "weights of averages that vary within a unit",
    "groups_empty": "a column to average by that is missing in every treated cell",
    "folder_of_another_call": "a folder that holds results of other data or options",
    "folder_missing": "a file is to be written into a folder that does not exist",
    "backend_lacks": "the NumPy backend does not have what was asked for",
    "workers_lost": "an executor lost its workers, or a panel with them twice",
    "backend_mismatch": 'backend="check": the two backends disagree',
    "peer_missing": "a package that a module of tropanel.compat stands in for is not installed",
    "peer_unexpected": "that package is of another version, or built otherwise, than expected",
    # numerical backends (some are raised while data and options are read, to name columns)
    "shape_mismatch": "Y and W are not matrices of one shape",
    "empty_panel": "a panel without units or periods",
    "too_large": "a panel whose size overflows",
    "treatment_not_binary": "a treatment other than 0 and 1",
    "outcome_infinite": "an infinite outcome",
    "outcome_too_small": "outcomes that differ by too little for floating-point numbers",
    "outcome_too_far": "an outcome so far from the others that beside it their digits are lost",
    "no_treated_cell": "nothing is treated",
    "no_control_cell": "no untreated cell has an observed outcome",
    "unit_all_missing": "a unit without any observed outcome",
    "period_all_missing": "a period without any observed outcome",
    "lambda_invalid": "a lambda that is negative or NaN, or an infinite lambda_time or lambda_unit",
    "grid_empty": "a grid without values",
    "grid_duplicate": "a grid with a repeated value",
    "level_out_of_range": "a level that is not between 0 and 1",
    "draws_too_few": "fewer than 2 bootstrap draws asked for",
    "threads_zero": "zero threads",
    "tolerance_out_of_range": "a tolerance that is not between 0 and 1",
    "max_iterations_zero": "zero iterations",
    "sample_empty": "max_cells is 0",
    "no_estimable_cell": "no treated cell can be estimated",
    "effects_not_unique": "several fits are optimal for every treated cell, with other effects",
    "fit_diverged": "a fit that diverged in floating-point numbers",
    "too_few_treated_units": "a bootstrap with fewer than 2 treated or 2 never-treated units",
    "too_few_draws": "fewer than 2 bootstrap draws succeeded",
    "threads_unavailable": "the system did not start the threads asked for",
    "out_of_memory": "an option or a size that asks for more memory than the system gives",
    "factorization_failed": "a matrix factorization did not converge (outcomes of extreme size)",
    "cell_out_of_range": "a cell outside of the panel",
    "weights_length": "given weights that are not one for each unit or period",
    "weight_invalid": "a given weight that is negative, NaN or infinite",
    "weights_out_of_range": "given weights whose largest is below 1e-100 or above 1e100",
    "weights_all_zero": "given weights that are 0 at every observed control cell",
    "draw_length": "a bootstrap draw that does not count every unit",
    "calendar_missing": "distances by calendar value, and periods that have none",
    "cluster_missing": "a unit without a cluster",
    "cluster_varies": "a cluster that varies within a unit",
    "clusters_length": "clusters that are not one for each unit",
    "saved_invalid": "a saved result that is none, or is damaged",
    "saved_version": "a saved result of a version that is not known",
    "donors_length": "donors that are not one entry for each unit or pair of units",
    "donors_missing": "a unit without an entry among the donors",
    "donors_none": "a treated unit that no unit may serve for",
    "donors_vary": "donors that vary within a unit",
    "formula_invalid": "a formula that is not outcome ~ treatment + covariates | unit + time",
    "cohort_varies": "a first treated period that varies within a unit",
    "cohort_ambiguous": "a first treated period of 0, where 0 is a period, too",
    "calendar_length": "a calendar without one value for each period",
    "calendar_not_increasing": "calendar values that do not increase",
    "average_all_zero": "weights of averages that are 0 for every treated unit",
    "covariate_length": "a covariate without one value for each cell",
    "covariate_missing": "a covariate that is missing where the outcome is observed",
    "covariate_constant": "a covariate that does not vary beyond unit and period effects",
    "covariates_collinear": "a covariate that others explain",
    "covariates_not_identified": "control cells that do not identify the coefficients",
    "target_not_estimable": "a target cell without an effect",
    "covariates_without_penalty": "covariates with lambda_nn = 0",
    "grouping_length": "groups without one code for each cell",
    "inference_impossible": "a method of inference that means nothing for the panel at hand",
    "placebo_sets_impossible": "placebo cross-validation with too few controls, sets or folds",
    "estimator_unknown": "a name that is no estimator's",
    "estimator_impossible": "an estimator that cannot be used as asked",
    "power_impossible": "a computation of power that cannot be done as asked",
    "simulation_impossible": "a generator or a simulation that cannot be made as asked",
}


class TropError(ValueError):
    """Input that cannot be used, or a computation that cannot be done.

    Parameters
    ----------
    code : str
        Stable, short name of the kind of error: a key of :data:`tropanel.ERROR_CODES`. Programs
        should look at this, not at the message.
    message : str
        What is wrong, where (columns, rows, units, periods), and what to do about it.

    Attributes
    ----------
    code : str
    message : str

    Examples
    --------
    >>> import tropanel
    >>> try:
    ...     tropanel.trop_matrix([[1.0, 2.0]], [[0, 0, 1]])
    ... except tropanel.TropError as error:
    ...     print(error.code)
    shape_mismatch
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        #: Position of the covariate that is meant, until it is named.
        self.covariate: int | None = None

    def __str__(self) -> str:
        return self.message


class ConvergenceWarning(UserWarning):
    """A fit whose certificate of optimality did not reach the tolerance."""
