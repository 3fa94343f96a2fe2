//! Memory whose size depends on the input: asked for before it is needed, because a program ends where an
//! ordinary allocation fails.

use crate::error::{Error, Result};

/// Checks that there is room for so many values at once.
pub(crate) fn check_room<T>(what: &'static str, values: u128) -> Result<()> {
    let bytes = values.saturating_mul(size_of::<T>() as u128);
    let lacking = Error::OutOfMemory { what, bytes };
    let Ok(size) = usize::try_from(bytes) else { return Err(lacking) };
    // Neither touched nor kept.
    Vec::<u8>::new().try_reserve_exact(size).map_err(|_| lacking)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_all_addresses_is_refused_with_its_size() {
        assert!(check_room::<f64>("a vector", 10).is_ok());
        let error = check_room::<f64>("27e9 triples", 1 << 62).unwrap_err();
        assert_eq!(
            error.to_string(),
            "27e9 triples would take 37 EB: more memory than the system gives"
        );
    }
}
