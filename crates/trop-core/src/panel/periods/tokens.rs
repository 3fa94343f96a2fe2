//! Texts of periods in parts: numbers, names of months, and what stands around them.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Number {
        value: i64,
        digits: usize,
    },
    Month(i64),
    /// In lower case.
    Word(String),
    /// Any other character; blanks in a row are one.
    Mark(char),
}

/// The parts of a text; `None` if a number is too long.
///
/// A sign belongs to the number that follows it at the start of a text and after a blank or another mark; after a
/// word only if asked for, because there it may be a hyphen.
pub(super) fn tokens(text: &str, signed_after_word: bool) -> Option<Vec<Token>> {
    let chars: Vec<char> =
        text.trim().chars().map(|c| if c == '\u{2212}' { '-' } else { c }).collect();
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = &chars[..];
    while let Some(&first) = rest.first() {
        let signs =
            |c: char| matches!(c, '+' | '-') && rest.get(1).is_some_and(char::is_ascii_digit);
        let may_sign = match tokens.last() {
            Some(Token::Number { .. } | Token::Month(_)) => false,
            Some(Token::Word(_)) => signed_after_word,
            _ => true,
        };
        let (token, used) = if first.is_ascii_digit() {
            number(rest, false)?
        } else if signs(first) && may_sign {
            let (token, used) = number(&rest[1..], first == '-')?;
            (token, used + 1)
        } else if first.is_alphabetic() {
            word(rest)
        } else if first.is_whitespace() {
            (Token::Mark(' '), run(rest, |c| c.is_whitespace()))
        } else {
            (Token::Mark(first), 1)
        };
        tokens.push(token);
        rest = &rest[used..];
    }
    Some(tokens)
}

fn run(chars: &[char], belongs: impl Fn(char) -> bool) -> usize {
    chars.iter().take_while(|&&c| belongs(c)).count()
}

fn number(chars: &[char], negative: bool) -> Option<(Token, usize)> {
    let digits = run(chars, |c| c.is_ascii_digit());
    let value: i64 = chars[..digits].iter().collect::<String>().parse().ok()?;
    let value = if negative { -value } else { value };
    Some((Token::Number { value, digits }, digits))
}

fn word(chars: &[char]) -> (Token, usize) {
    let used = run(chars, char::is_alphabetic);
    let text = chars[..used].iter().collect::<String>().to_lowercase();
    let month = MONTHS.iter().position(|month| {
        text == *month || text == month[..3] || text == "sept" && *month == "september"
    });
    (month.map_or(Token::Word(text), |at| Token::Month(at as i64 + 1)), used)
}

/// The shape that texts share: numbers are `#`, months `@`.
pub(super) fn shape(tokens: &[Token]) -> String {
    let part = |token: &Token| match token {
        Token::Number { .. } => "#".to_string(),
        Token::Month(_) => "@".into(),
        Token::Word(word) => word.clone(),
        Token::Mark(mark) => mark.to_string(),
    };
    tokens.iter().map(part).collect()
}
