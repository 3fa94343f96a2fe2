//! Choices that have a name: written by it, read by it.

use crate::error::{Error, Result};

/// A choice of a few, each with a name.
pub(crate) trait ByName: Copy + 'static {
    /// The option that takes it, as errors name it.
    const OPTION: &'static str;
    /// Every choice.
    const ALL: &'static [Self];
    /// Its name.
    fn label(self) -> &'static str;
}

/// The names of all choices.
pub(crate) fn names<T: ByName>() -> Vec<&'static str> {
    T::ALL.iter().map(|choice| choice.label()).collect()
}

/// The choice of a name, if there is one.
pub(crate) fn find<T: ByName>(name: &str) -> Option<T> {
    T::ALL.iter().copied().find(|choice| choice.label() == name)
}

/// The choice of a name; the error speaks of `option`.
pub(crate) fn read<T: ByName>(option: &'static str, name: &str) -> Result<T> {
    find(name).ok_or_else(|| no_choice(option, &names::<T>(), name))
}

/// Says that an option has no choice of a name.
pub(crate) fn no_choice(option: &'static str, names: &[&str], found: &str) -> Error {
    let known = names.join(", ");
    let hint = did_you_mean(found, names);
    Error::OptionInvalid {
        option,
        expected: format!("one of {known}"),
        found: format!("'{found}'"),
        hint,
    }
}

/// Says that there is no option of a name.
pub(crate) fn no_option(found: &str, known: &[&str]) -> Error {
    let close = did_you_mean(found, known);
    let hint = if close.is_empty() { format!("; there are {}", known.join(", ")) } else { close };
    Error::OptionUnknown { option: found.into(), hint }
}

/// ". Did you mean ...?" for the known name that is closest to `found`, if one is close.
pub(crate) fn did_you_mean(found: &str, known: &[&str]) -> String {
    let found = found.to_lowercase();
    let closeness = |name: &&&str| strsim::jaro_winkler(&found, name);
    match known.iter().max_by(|a, b| closeness(a).total_cmp(&closeness(b))) {
        Some(best) if closeness(&best) > 0.8 => format!(". Did you mean '{best}'?"),
        _ => String::new(),
    }
}

/// `Display` and `FromStr` of a choice, by its name.
macro_rules! by_name {
    ($type:ident, $option:literal, $all:expr) => {
        impl $type {
            /// Every choice there is.
            pub const ALL: &'static [Self] = &$all;
        }

        impl $crate::by_name::ByName for $type {
            const OPTION: &'static str = $option;
            const ALL: &'static [Self] = $type::ALL;

            fn label(self) -> &'static str {
                self.name()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::error::Error;

            fn from_str(name: &str) -> $crate::error::Result<Self> {
                $crate::by_name::read(<Self as $crate::by_name::ByName>::OPTION, name)
            }
        }
    };
}
pub(crate) use by_name;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_close_is_suggested() {
        assert_eq!(did_you_mean("Adaptiv", &["grid", "adaptive"]), ". Did you mean 'adaptive'?");
        assert_eq!(did_you_mean("newton", &["grid", "adaptive"]), "");
        assert_eq!(did_you_mean("", &[]), "");
    }
}
