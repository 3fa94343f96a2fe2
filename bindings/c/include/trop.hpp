// trop.hpp: the Triply Robust Panel (TROP) estimator for C++17 and later; header only, on top of trop.h.
//
//     trop::panel panel(outcome.data(), treatment.data(), n_units, n_periods);
//     trop::analysis analysis = trop::analyze(panel, {{"inference", "placebo"}, {"seed", 7}});
//     std::cout << analysis.summary();
//
// Handles are classes that own what trop.h hands out: they move, do not copy, and free it in the end. What
// trop.h calls an error is thrown as trop::error. A trop::view is borrowed: it is valid as long as the object
// that gave it. Shapes, units, defaults and thread-safety are those of trop.h.
#ifndef TROP_HPP
#define TROP_HPP

#include "trop/analysis.hpp"
#include "trop/core.hpp"
#include "trop/data.hpp"
#include "trop/options.hpp"
#include "trop/panel.hpp"
#include "trop/results.hpp"
#include "trop/weighted.hpp"

#endif  // TROP_HPP
