// Proposition 99 in C++: the effect of California's tobacco programme of 1989 on cigarette sales.
//
//     c++ -std=c++17 prop99.cpp $(pkg-config --cflags --libs trop) -o prop99 && ./prop99 prop99.csv [report.html]
//
// Reads a file with the columns state, year, packs per person and treated (0 or 1), one row for each state and
// year; chooses the lambdas, estimates, and infers: with one treated state, from placebos.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <trop.hpp>
#include <vector>

namespace {

// The file's columns.
struct data {
    std::vector<std::string> state;
    std::vector<std::int64_t> year;
    std::vector<double> packs, treated;
};

data read_csv(const std::string &path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + " cannot be read");
    data found;
    std::string line, state, year, packs, treated;
    std::getline(file, line);  // the names of the columns
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::getline(fields, state, ',');
        std::getline(fields, year, ',');
        std::getline(fields, packs, ',');
        std::getline(fields, treated, ',');
        found.state.push_back(state);
        found.year.push_back(std::stoll(year));
        found.packs.push_back(std::stod(packs));
        found.treated.push_back(std::stod(treated));
    }
    return found;
}

trop::panel panel_of(const data &data) {
    trop::long_data rows;
    rows.unit_text = data.state;
    rows.time = data.year;
    rows.outcome = data.packs;
    rows.treatment = data.treated;
    trop::names called;
    called.unit = "state";
    called.time = "year";
    called.outcome = "packs_per_capita";
    called.treatment = "treated";
    return trop::panel::from_long(rows, called);
}

// The effect in each treated cell, three to a line.
void print_effects(const trop::panel &panel, trop::view<trop_cell_effect> effects) {
    std::printf("\nEffect in each of the %zu treated cells\n", effects.size());
    for (std::size_t k = 0; k < effects.size(); k++) {
        std::printf("%s %s %8.3f%s", panel.unit_label(effects[k].cell.unit).c_str(),
                    panel.period_label(effects[k].cell.period).c_str(), effects[k].effect, k % 3 == 2 ? "\n" : "   ");
    }
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 2) {
        std::cerr << "usage: prop99 FILE.csv [REPORT.html]\n";
        return 1;
    }
    try {
        const trop::panel panel = panel_of(read_csv(argv[1]));
        const trop::analysis analysis = trop::analyze(panel);

        // The last row of the summary says how long each step took.
        const std::string summary = analysis.summary();
        std::printf("%s", summary.substr(0, summary.find("Seconds")).c_str());
        for (const trop::note &note : analysis.notes()) std::printf("Note: %s\n", note.text.c_str());
        print_effects(panel, analysis.effects());
        if (argc > 2) analysis.write_report(argv[2]);
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
