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
    CHECK(has(trop_last_error_message(), "periods that are integers"));
}

/* 4 units in 6 months, coded as integers, with a new year among them; in rows in disorder. */
#define MONTHS 24
static const int64_t CODES[6] = {201910, 201911, 201912, 202001, 202002, 202003};

struct months {
    int64_t unit[MONTHS], time[MONTHS];
    double y[MONTHS], w[MONTHS], first[MONTHS];
};

static trop_long rows_of_months(struct months *months) {
    for (size_t k = 0; k < MONTHS; k++) {
        const size_t cell = k * 7 % MONTHS, unit = cell / 6, period = cell % 6;
        months->unit[k] = (int64_t)unit;
        months->time[k] = CODES[period];
        months->y[k] = (double)((cell * cell * 31 + 7 * cell) % 53) / 10.0;
        months->w[k] = unit == 3 && period >= 4;
        months->first[k] = unit == 3 ? 202002 : 0;
    }
    trop_long rows = long_rows();
    rows.n_rows = MONTHS;
    rows.unit_text = NULL;
    rows.unit = months->unit;
    rows.time = months->time;
    rows.outcome = months->y;
    rows.treatment = months->w;
    return rows;
}

/* December is as near to January as to November. */
static void coded_months_are_months(void) {
    struct months months;
    const trop_long rows = rows_of_months(&months);
    const trop_lambdas lambdas = {0.4, 0.1, INFINITY};
    trop_panel *panel = NULL;
    trop_remarks *remarks = NULL;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    CHECK(strcmp(trop_panel_period_label(panel, 3), "202001") == 0);
    CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
    CHECK(trop_remarks_n(remarks) == 0);
    trop_remarks_free(remarks);
    const double by_position = att_at(panel, lambdas);
    trop_design design = default_design();
    design.time_distance = TROP_TIME_CALENDAR;
    panel = designed(panel, &design);
    CHECK_NEAR(att_at(panel, lambdas), by_position, ROUNDING);
    /* As numbers their gaps would be others. */
    const double numbers[6] = {201910, 201911, 201912, 202001, 202002, 202003};
    design.calendar = numbers;
    panel = designed(panel, &design);
    CHECK(fabs(att_at(panel, lambdas) - by_position) > 1e-3);
    design.time_distance = TROP_TIME_POSITION;
    panel = designed(panel, &design);
    CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
    CHECK(trop_remarks_n(remarks) == 1 && strcmp(trop_remarks_code(remarks, 0), "periods_uneven") == 0);
    trop_remarks_free(remarks);
    trop_panel_free(panel);
}

/* A cohort is a month as the rows write it. */
static void cohorts_of_coded_months(void) {
    struct months months;
    trop_long rows = rows_of_months(&months);
    trop_panel *panel = NULL;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    const double expected = att_at(panel, TWO_WAY);
    trop_panel_free(panel);
    rows.treatment = NULL;
    rows.cohort = months.first;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    CHECK(att_at(panel, TWO_WAY) == expected);
    trop_remarks *remarks = NULL;
    CHECK_STATUS(trop_panel_remarks(panel, &remarks), TROP_OK);
    CHECK(trop_remarks_n(remarks) == 0);
    trop_remarks_free(remarks);
    trop_panel_free(panel);
}

/* 2^53 and 2^53 + 1 are two periods, but one double. */
static void cohorts_of_periods_that_doubles_hold(void) {
    const int64_t end = (int64_t)1 << 53, many = 2 * end;
    const int64_t periods[2][4] = {{end, end + 1, end + 1, end}, {end, many, many, end}};
    const double treated[4] = {18014398509481984.0, 0, 18014398509481984.0, 0};
    trop_long rows = long_rows();
    trop_panel *panel = NULL;
    rows.time = periods[0];
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    CHECK_NEAR(att_at(panel, TWO_WAY), 1.0, ROUNDING);
    trop_panel_free(panel);
    panel = NULL;
    rows.treatment = NULL;
    rows.cohort = treated;
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OPTION_INVALID);
    CHECK(has(trop_last_error_message(), "double precision") && panel == NULL);
    rows.time = periods[1];
    CHECK_STATUS(trop_panel_from_long(&rows, NULL, &panel), TROP_OK);
    CHECK_NEAR(att_at(panel, TWO_WAY), 1.0, ROUNDING);
    trop_panel_free(panel);
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
        {"coded months are months", coded_months_are_months},
        {"cohorts are treatments", cohorts_are_treatments},
        {"cohorts of coded months", cohorts_of_coded_months},
        {"cohorts of periods that doubles hold", cohorts_of_periods_that_doubles_hold},
        {"gaps before adoption are remarked on", gaps_before_adoption_are_remarked_on},
        {"texts of periods have an order in time", texts_of_periods_have_an_order_in_time},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
