//! Which effects would be found.

use crate::job::Job;
use crate::options::{value_of_option, Plain};
use crate::panel::{Handle, HandlePtr};
use crate::steps::start;
use crate::tables::table_list;
use extendr_api::prelude::*;
use trop_core::{PowerOptions, PowerStudy};
use trop_report::{power_facts, power_notes, power_sentence, power_tables, power_text};

/// Power of every design; `asked` is what is asked of power, by name.
#[extendr]
fn start_power(handle: HandlePtr, asked: List, options: List) -> ExternalPtr<Job> {
    let asked = Plain::new(&asked);
    start(
        &handle,
        &options,
        move |at| {
            let mut read = PowerOptions::default();
            asked.each(|name, value| read.set(name, value))?;
            trop_core::power(at.panel, &read, &at.options, at.monitor)
        },
        power_list,
    )
}

fn power_list(handle: &Handle, found: PowerStudy) -> List {
    let all = power_tables(&found);
    let facts = power_facts(&found);
    list!(
        tables = List::from_pairs(all.iter().map(|table| (table.name, table_list(table).into()))),
        facts = List::from_pairs(facts.iter().map(|(name, value)| (*name, value_of_option(value)))),
        text = power_text(&found, &handle.labels),
        notes = power_notes(&found, &handle.labels),
        sentence = power_sentence(&found, &handle.labels)
    )
}

extendr_module! {
    mod power;
    fn start_power;
}
