//! Draws that choose their lambdas by placebos.

use super::*;

fn retuned(m: &Matrices, lambdas: Lambdas, retuning: Option<Retuning>) -> Result<Inference, Error> {
    let panel = anchored(m, Anchor::Pooled);
    let settings = Settings::default();
    let found = estimate(&panel, &lambdas, &settings, &Silent).unwrap();
    let options = InferenceOptions {
        method: InferenceMethod::Bootstrap,
        draws: 12,
        retuning,
        ..Default::default()
    };
    infer(&panel, &lambdas, &found, &[], &options, &settings, &Silent)
}

#[test]
fn draws_are_retuned_by_placebos() {
    let lambdas = Lambdas { time: 0.3, unit: 0.2, nn: 1.0 };
    let retuning = |grids| Some(Retuning { grids, search: SearchOptions::default() });
    let many = random_panel(42, 20, 8, Pattern::Block, 0.0);
    let kept = retuned(&many, lambdas, None).unwrap();
    // One candidate leaves no choice.
    assert_eq!(kept.draws, retuned(&many, lambdas, retuning(single(lambdas))).unwrap().draws);
    assert_ne!(kept.draws, retuned(&many, lambdas, retuning(grids())).unwrap().draws);
    // Two treated and four other units: some draws have too few different ones for placebos.
    let few = random_panel(43, 6, 8, Pattern::Block, 0.0);
    let found = retuned(&few, lambdas, retuning(single(lambdas))).unwrap();
    assert!(found.n_failed > 0 && found.draws.len() + found.n_failed == 12);
    // Two and three: none has enough, and that is what the error says.
    let fewer = random_panel(43, 5, 8, Pattern::Block, 0.0);
    let fold = Criterion::PlaceboFolds { folds: 5 };
    let search = SearchOptions { criterion: fold, ..Default::default() };
    let retuning = Some(Retuning { grids: single(lambdas), search });
    let error = retuned(&fewer, lambdas, retuning).unwrap_err();
    assert_eq!(error.code(), "placebo_sets_impossible");
}
