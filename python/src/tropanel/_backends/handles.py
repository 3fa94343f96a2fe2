"""A panel at a backend, and its analysis: all that `trop` needs.

`Labels` says what things are called; a backend puts labels into its words and its errors. In tables
units, periods and groups are positions and codes, which the caller replaces by labels of their own
type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypedDict

if TYPE_CHECKING:
    from .data import AttAt, Floats, Monitor

#: A table: for each column its name; "unit", "period" or "group" if its values are positions or
#: codes of these, else ""; an array, or a list of texts.
Columns = list[tuple[str, str, Any]]


class Labels(TypedDict, total=False):
    """What columns, units, periods, covariates and groupings are called.

    `groups` has, for each grouping of the design, the labels of the caller's own codes, or None;
    `percent` asks for effects in percent among the words, `outcome_label` and `effect_label` stand
    in words in place of the columns.
    """

    outcome: str
    treatment: str
    unit: str
    time: str
    units: list[str]
    periods: list[str]
    covariates: list[str]
    groupings: list[str]
    groups: list[list[str] | None]
    average_weights: str | None
    clusters: str | None
    donors: str | None
    outcome_label: str | None
    effect_label: str | None
    percent: bool


class Words(TypedDict):
    """A result in words: as lines of text, with percentages too, as HTML, in one line.

    `mark` stands after an ATT that is not certified, `method` says where the inference comes from,
    `att` and `p_value` are for pictures, and `alt` tells what that of the path shows. `outcome`,
    `effect`, `average_effect` and the `term` of a table are what these are called.
    """

    summary: str
    summary_percent: str
    html: str
    headline: str
    mark: str
    method: str
    att: str
    p_value: str
    alt: str
    outcome: str
    effect: str
    average_effect: str
    term: str


class Inference(TypedDict):
    """What standard errors are from: `reason` says why "auto" chose it, `draws` are of the ATT."""

    method: str
    reason: str
    draws: Floats
    n_failed: int
    n_uncertified: int
    max_gap: float


class Diagnosis(TypedDict):
    """The fit of one target: weights, low-rank part and imbalance terms (Theorem 5.1)."""

    unit: Columns
    time: Columns
    components: Columns
    effective_units: float
    effective_periods: float
    rank: int
    unit_imbalance: float
    time_imbalance: float
    gap: float
    status: str


class Analysis(Protocol):
    """What `PanelHandle.analyze` found."""

    def facts(self) -> dict[str, Any]:
        """Give the numbers that stand alone, by the names of `TropResult`."""

    def inference(self) -> Inference | None:
        """Say where standard error, interval and p-value come from."""

    def no_inference(self) -> str | None:
        """Give the code of the reason why there is none although it was asked for."""

    def at_level(self, level: float) -> Analysis:
        """Give the same with intervals at another level, from the same draws."""

    def differences(self, grouping: int) -> tuple[Columns, float | None, str, str]:
        """Compare the groups of one grouping: a table, the joint p-value, the method, the text."""

    def bias_bounds(
        self,
        sizes: list[float] | None = None,
        window: int | None = None,
        monitor: object = None,
    ) -> tuple[Columns, Columns, float, str, float, str]:
        """Make room for bias: bounds, placebos, breakdown of the ATT, method, level, text."""

    def pre_fit(self) -> tuple[int, float, float]:
        """Tell how well outcomes before treatment are predicted: cells, mean error, RMSE."""

    def tables(self, percent: bool = False) -> dict[str, Columns]:
        """Give all tables that are there, by name, averages in percent, too, if asked for."""

    def average(self, grouping: int, percent: bool = False) -> Columns:
        """Give the averages of one grouping of the design, in percent, too, if asked for."""

    def notes(self) -> list[tuple[str, str, bool]]:
        """Tell what a reader should know: codes, texts, and which of them are warnings."""

    def words(self) -> Words:
        """Write the result in words."""

    def report(
        self, pictures: list[tuple[str, str]], call: str, versions: str, percent: bool
    ) -> str:
        """Write one HTML page; `pictures` are SVG texts by the names of their plots."""


class ComparisonHandle(Protocol):
    """What `PanelHandle.compare` found."""

    def tables(self) -> dict[str, Columns]:
        """Give all tables that are there, by name."""

    def level(self) -> float:
        """Give the level of the intervals."""

    def text(self) -> str:
        """Write the comparison as lines of text."""

    def notes(self) -> list[str]:
        """Tell what a reader should know."""


class StudyHandle(Protocol):
    """What `PlanHandle.run` or `PanelHandle.power` found."""

    def tables(self) -> dict[str, Columns]:
        """Give all tables by name."""

    def facts(self) -> dict[str, Any]:
        """Tell in numbers what was asked and done."""

    def text(self) -> str:
        """Write all of it as lines of text."""

    def notes(self) -> list[str]:
        """Tell what a reader should know."""

    def sentence(self) -> str:
        """Write the result in a sentence."""


class PlanHandle(Protocol):
    """Generators that are fitted."""

    def sizes(self) -> tuple[int, int]:
        """Count ranks, and draws at each."""

    def draw(self, at: int, k: int) -> tuple[Floats, Floats] | None:
        """Draw outcomes and treatments; None at a rank without a generator."""

    def run(
        self,
        estimators: list[str],
        rivals: dict[str, Any],
        own: list[tuple[str, list[list[float]]]],
        monitor: Monitor | None = None,
    ) -> StudyHandle:
        """Estimate every draw; `own` are the caller's own estimates by name, rank and draw."""


class PanelHandle(Protocol):
    """A panel that is validated once; `options` are those of `trop_core::AnalysisOptions`, by name.

    Diagnostics are at the options' lambdas.
    """

    def analyze(self, options: dict[str, Any], monitor: Monitor | None = None) -> Analysis:
        """Search, estimate, infer; only what is not the default need be in `options`."""

    def compare(
        self,
        estimators: list[str],
        options: dict[str, Any],
        rivals: dict[str, Any],
        own: list[tuple[str, float]],
        monitor: Monitor | None = None,
    ) -> ComparisonHandle:
        """Compare estimators; `own` are estimates of the caller's own."""

    def simulation(
        self, study: dict[str, Any], options: dict[str, Any], monitor: Monitor | None = None
    ) -> PlanHandle:
        """Fit generators of panels like this one."""

    def power(
        self, asked: dict[str, Any], options: dict[str, Any], monitor: Monitor | None = None
    ) -> StudyHandle:
        """Tell how often effects would be found; `asked` is what is asked of power, by name."""

    def remarks(self) -> list[tuple[str, str]]:
        """Codes and messages of what is allowed about a panel, but often a mistake."""

    def weights(self, unit: int, period: int, options: dict[str, Any]) -> tuple[Columns, Columns]:
        """Weights of a target (Eq. 3): of units, of periods."""

    def diagnose(self, unit: int, period: int, options: dict[str, Any]) -> Diagnosis:
        """Look into the fit of a target."""

    def att_at(self, time: Floats, unit: Floats, nn: Floats, options: dict[str, Any]) -> AttAt:
        """Average effect at each of m triples of lambdas."""

    def ablation(self, options: dict[str, Any]) -> Columns:
        """Average effect without each part of the estimator."""

    def leave_one_out(self, options: dict[str, Any], att: float) -> Columns:
        """Average effect without each never-treated unit, and what it changes of `att`."""
