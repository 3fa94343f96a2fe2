/* Tests of donors and of windows around treatment through the C interface. */
#include <stdint.h>

#include "panels.h"

/* Two control units that grow by 1 and 1.5, two treated ones that grow by 4 and 5; further from zero one more. */
static void donors_of_each_kind(void) {
    const double y[10] = {1, 2, 1.5, 3, 0, 4, 2, 7, 5, 25}, w[10] = {0, 0, 0, 0, 0, 1, 0, 1, 0, 0};
    const uint8_t units[5] = {1, 1, 0, 0, 0};
    const int64_t groups[5] = {7, -3, 7, -3, 5};
    const uint8_t pairs[5 * 6] = {
        0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 9, 1, 0, 0, 0, 0, 9, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 9,
    };
    trop_panel *panel = new_panel(y, w, 5, 2);
    trop_design design = default_design();
    design.donor_units = units;
    trop_panel *with = NULL;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &with), TROP_OK);
    CHECK_NEAR(att_at(with, TWO_WAY), 4.5 - 1.25, ROUNDING);
    double weight[5], period[2];
    CHECK_STATUS(trop_panel_weights(with, (trop_cell){2, 1}, TWO_WAY, 5, 2, weight, period), TROP_OK);
    CHECK(weight[0] == 1 && weight[1] == 1 && weight[2] == 1 && weight[3] == 0 && weight[4] == 0);
    trop_panel_free(with);

    design.donor_groups = groups;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &with), TROP_OPTION_INVALID);
    design.donor_units = NULL;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &with), TROP_OK);
    CHECK_NEAR(att_at(with, TWO_WAY), ((4 - 1) + (5 - 1.5)) / 2, ROUNDING);
    trop_panel_free(with);

    design.donor_groups = NULL;
    design.donor_pairs = pairs;
    design.donor_pairs_stride = 6;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &with), TROP_OK);
    CHECK_NEAR(att_at(with, TWO_WAY), ((4 - 1) + (5 - 1.5)) / 2, ROUNDING);
    trop_panel_free(with);

    const uint8_t none[5] = {0, 0, 0, 1, 0};
    design.donor_pairs = NULL;
    design.donor_units = none;
    CHECK_STATUS(trop_panel_with_design(panel, &design, &with), TROP_DONORS_NONE);
    CHECK(strstr(trop_last_error_message(), "unit 3 is treated and has no donor") != NULL);
    trop_panel_free(panel);
}

/* Nearer to treatment than the windows an untreated cell is no control. */
static void windows_around_treatment(void) {
    const double y[8] = {1, 2, 3, 4, 0, 9, 7, 9}, w[8] = {0, 0, 0, 0, 0, 0, 1, 0};
    trop_panel *panel = new_panel(y, w, 2, 4);
    trop_design design = default_design();
    design.anticipation = design.washout = 1;
    panel = designed(panel, &design);
    /* (7 - 0) - (3 - 1). */
    CHECK_NEAR(att_at(panel, TWO_WAY), 5.0, ROUNDING);
    size_t n = 0;
    trop_cell before[4];
    CHECK_STATUS(trop_panel_cells(panel, TROP_CELLS_PRE_TREATMENT, 4, before, &n), TROP_OK);
    CHECK(n == 1 && before[0].unit == 1 && before[0].period == 0);
    trop_panel_free(panel);
}

int main(void) {
    static const struct harness_case cases[] = {
        {"donors of each kind", donors_of_each_kind},
        {"windows around treatment", windows_around_treatment},
    };
    return harness_run(cases, sizeof cases / sizeof *cases);
}
