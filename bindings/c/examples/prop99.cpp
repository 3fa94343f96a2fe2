// Proposition 99 in C++: the effect of California's tobacco programme of 1989 on cigarette sales.
//
//     c++ -std=c++17 prop99.cpp $(pkg-config --cflags --libs trop) -o prop99 && ./prop99 prop99.csv
//
// Reads a file with the columns state, year, packs per person and treated (0 or 1), one row for each state and
// year; searches the lambdas, estimates, and infers: with one treated state, from placebos.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <trop.hpp>
#include <utility>
#include <vector>

namespace {

struct observation {
    double packs;
    double treated;
};

// The panel as matrices, states in rows and years in columns.
struct data {
    std::vector<std::string> states;
    std::vector<int> years;
    std::vector<double> packs;
    std::vector<double> treated;
};

using cells_by_place = std::map<std::pair<std::string, int>, observation>;

cells_by_place read_rows(const std::string &path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + " cannot be read");
    cells_by_place rows;
    std::string line, state, year, packs, treated;
    std::getline(file, line);  // the names of the columns
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::getline(fields, state, ',');
        std::getline(fields, year, ',');
        std::getline(fields, packs, ',');
        std::getline(fields, treated, ',');
        rows[{state, std::stoi(year)}] = {std::stod(packs), std::stod(treated)};
    }
    return rows;
}

data read_csv(const std::string &path) {
    const cells_by_place rows = read_rows(path);
    std::map<std::string, std::size_t> row_of;
    std::map<int, std::size_t> column_of;
    for (const auto &row : rows) {
        row_of[row.first.first] = 0;
        column_of[row.first.second] = 0;
    }
    data found;
    for (auto &[state, row] : row_of) {
        row = found.states.size();
        found.states.push_back(state);
    }
    for (auto &[year, column] : column_of) {
        column = found.years.size();
        found.years.push_back(year);
    }
    const std::size_t n_years = found.years.size();
    found.packs.assign(found.states.size() * n_years, std::numeric_limits<double>::quiet_NaN());
    found.treated.assign(found.packs.size(), 0.0);
    for (const auto &[place, cell] : rows) {
        const std::size_t at = row_of[place.first] * n_years + column_of[place.second];
        found.packs[at] = cell.packs;
        found.treated[at] = cell.treated;
    }
    return found;
}

void print_summary(const data &data, const trop::panel &panel, const trop::search &search,
                   const trop::estimate &estimate, const trop::inference &inference) {
    const trop_lambdas lambdas = search.lambdas();
    const std::size_t n_treated = panel.n_treated_units();
    std::printf("ATT             %.6g", estimate.att());
    if (!estimate.converged()) std::printf(" (not certified: gap %.0e)", estimate.max_gap());
    std::printf("\n");
    const trop_inferred &att = inference.table()[0];
    std::printf("Standard error  %.6g\n", att.se);
    std::printf("p-value         %.4g, by %s inference from %zu draws\n", att.p_value,
                trop_inference_method_name(inference.method()), inference.draws().size());
    std::printf("Outcome         packs_per_capita, %zu observed cells\n", panel.n_observed());
    std::printf("Panel           %zu units (state) x %zu periods (year, %d to %d)\n", panel.n_units(),
                panel.n_periods(), data.years.front(), data.years.back());
    std::printf("Treated         %zu cells in %zu unit%s (treated); %zu never treated\n",
                estimate.effects().size(), n_treated, n_treated == 1 ? "" : "s",
                panel.n_units() - n_treated);
    std::printf("Lambdas         time %.6g, unit %.6g, nn %.6g\n", lambdas.time, lambdas.unit, lambdas.nn);
    std::printf("Chosen by       leave-one-out cross-validation, descent search over %zu triples\n",
                search.scores().size());
    std::printf("                (score %.6g)\n", search.score());
    std::printf("Certificate     largest relative gap %.1e; %s is within its\n                tolerance\n",
                estimate.max_gap(), estimate.converged() ? "every effect" : "NOT every effect");
}

// One row of effects for California, eight years to a line.
void print_effects(const data &data, trop::view<trop_cell_effect> effects) {
    constexpr std::size_t per_line = 8;
    std::printf("\nEffect in each of the %zu treated cells\n", effects.size());
    for (std::size_t first = 0; first < effects.size(); first += per_line) {
        const std::size_t last = std::min(first + per_line, effects.size());
        const std::string &state = data.states[effects[first].cell.unit];
        std::printf("%s", std::string(state.size(), ' ').c_str());
        for (std::size_t k = first; k < last; k++) std::printf("%9d", data.years[effects[k].cell.period]);
        std::printf("\n%s", state.c_str());
        for (std::size_t k = first; k < last; k++) std::printf("%9.3f", effects[k].effect);
        std::printf("\n");
    }
}

void run(const std::string &path) {
    const data data = read_csv(path);
    const trop::panel panel(data.packs.data(), data.treated.data(), data.states.size(), data.years.size());
    const trop::search search = panel.search();
    const trop::estimate estimate = panel.estimate(search.lambdas());
    const trop::inference inference = panel.infer(search.lambdas());

    const std::string heading =
        "Proposition 99: cigarette packs per person and year in California, from 1989";
    std::printf("\n%s\n%s\n", heading.c_str(), std::string(heading.size(), '=').c_str());
    print_summary(data, panel, search, estimate, inference);
    std::printf("\nNotes\n- %s.\n", inference.reason().c_str());
    print_effects(data, estimate.effects());
}

}  // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: prop99 FILE.csv\n";
        return 1;
    }
    try {
        run(argv[1]);
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
