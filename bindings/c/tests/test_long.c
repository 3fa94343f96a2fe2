/* Tests of data in long form through the C interface: cohorts, and periods that are texts. */
#include "analyses.h"

static void cohorts_are_treatments(void) {
    trop_long rows = long_rows();
    trop_panel *panel = NULL;
    const double first[4] = {2002, 0, 2002, NAN}, never[4] = {2002, INFINITY, 2002, INFINITY};
    const double varying[4] = {2002, 0, 2001, 0}, later[4] = {2002, 2009, 2002, 2009};
    rows.treatment = NULL;
    const double *const same[3] = {first, never, later};
    for (size_t k = 0; k < 3; k++) {
        rows.cohort = same[k];
        CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
        CHECK_NEAR(att_at(panel, TWO_WAY), 1.0, ROUNDING);
        trop_remarks *remarks = NULL;
        CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
        CHECK(trop_remarks_n(remarks) == (k == 2));
        if (k == 2) CHECK(strcmp(trop_remarks_code(remarks, 0), "cohorts_after") == 0);
        trop_remarks_free(remarks);
        trop_panel_free(panel);
    }
    rows.cohort = varying;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_COHORT_VARIES);
    CHECK(has(trop_last_error_message(), "cohort varies within unit Utah"));
    const double treatment[4] = {0, 0, 1, 0};
    rows.cohort = first;
    rows.treatment = treatment;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OPTION_INVALID);
    const char *const periods[4] = {"2001", "2002", "2002", "2001"};
    rows.treatment = NULL;
    rows.time = NULL;
    rows.time_text = periods;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OPTION_INVALID);
}

/* Periods that are texts stand in the order that they say, not in that of the alphabet. */
static void texts_of_periods_have_an_order_in_time(void) {
    const char *const orders[2][2] = {{"Week 9", "Week 10"}, {"Dec 2019", "Jan 2020"}};
    for (size_t k = 0; k < 2; k++) {
        const char *const first = orders[k][0], *const last = orders[k][1];
        const char *const periods[4] = {first, last, last, first};
        trop_long rows = long_rows();
        rows.time = NULL;
        rows.time_text = periods;
        trop_panel *panel = NULL;
        CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
        CHECK(strcmp(trop_panel_period_label(panel, 0), first) == 0);
        CHECK(strcmp(trop_panel_period_label(panel, 1), last) == 0);
        CHECK_NEAR(att_at(panel, TWO_WAY), 1.0, ROUNDING);
        trop_panel_free(panel);
    }
    const char *const none[4] = {"before", "after", "after", "before"};
    trop_long rows = long_rows();
    rows.time = NULL;
    rows.time_text = none;
    trop_panel *panel = NULL;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_TIME_ORDER_AMBIGUOUS);
    CHECK(has(trop_last_error_message(), "after") && panel == NULL);
}

/* Units without a row right before the first treated one are remarked on: 3 units, 3 years, 1 row absent. */
static void gaps_before_adoption_are_remarked_on(void) {
    const char *const units[9] = {"Iowa", "Iowa", "Ohio", "Ohio", "Ohio", "Utah", "Utah", "Utah", "Iowa"};
    const int64_t years[9] = {2001, 2003, 2001, 2002, 2003, 2001, 2002, 2003, 2002};
    const double y[9] = {1, 3, 1, 2, 5, 2, 3, 4, NAN}, w[9] = {0, 1, 0, 0, 1, 0, 0, 0, 0};
    for (size_t complete = 0; complete < 2; complete++) {
        trop_long rows = long_rows();
        rows.n_rows = 8 + complete;
        rows.unit_text = units;
        rows.time = years;
        rows.outcome = y;
        rows.treatment = w;
        trop_panel *panel = NULL;
        trop_remarks *remarks = NULL;
        CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
        CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
        CHECK(trop_remarks_n(remarks) == 1 - complete);
        if (!complete) CHECK(strcmp(trop_remarks_code(remarks, 0), "adoption_unknown") == 0);
        trop_remarks_free(remarks);
        trop_analysis *analysis = at_two_way(panel, "none");
        CHECK(has(trop_analysis_summary(analysis), "no row right before") == !complete);
        trop_analysis_free(analysis);
        trop_panel_free(panel);
    }
}

int main(void) {
    static const struct harness_case cases[] = {
        {"cohorts are treatments", cohorts_are_treatments},
        {"gaps before adoption are remarked on", gaps_before_adoption_are_remarked_on},
        {"texts of periods have an order in time", texts_of_periods_have_an_order_in_time},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
