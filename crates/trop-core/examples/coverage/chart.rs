use crate::study::Study;
pub fn svg(_results: &[Study]) -> String {
    String::new()
}
