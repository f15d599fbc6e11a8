//! Reads dates as people write them: strict about the calendar, generous about the spelling.

use std::ops::Range;

use jiff::civil::Date;

use crate::config::DateOrder;

/// A date found at the start of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The day.
    pub date: Date,
    /// Bytes of the text that spell it, brackets and markup before it included.
    pub end: usize,
    /// Day and month could also be the other way round, and no setting says which.
    pub ambiguous: bool,
}

/// Why a text that should be a date is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bad {
    /// Nothing in it looks like a date.
    Nothing,
    /// It looks like one, but no such day exists: `2022-09-39`.
    OffCalendar,
    /// Year and month without a day: `January 2026`.
    Incomplete,
}

/// Reads the date a metadata value starts with: `2023-09-20`, `2023/9/20`, `20.09.2023`, `13-Mar-2023`,
/// `July 29th, 2019`, `2019-05-09T00:00:00Z`, `2017年11月22日`; brackets, ticks, a link around it and
/// words after it do no harm. `order` decides `03/04/2024`; without it the order that the calendar
/// allows is taken, day first where both are possible.
pub fn read(text: &str, order: Option<DateOrder>) -> Result<Found, Bad> {
    let start = text.len() - text.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
    let rest = text.get(start..).unwrap_or_default();
    let tokens = tokens(rest);
    let mut words = tokens.as_slice();
    // "Monday, 5 May 2025" and "on 5 May 2025": one word may stand before the date.
    if let [(Token::Word(_), _), after @ ..] = words {
        words = after;
    }
    let found = three(&tokens, order).or_else(|bad| three(words, order).map_err(|_| bad));
    found.map(|(date, end, ambiguous)| Found { date, end: start + end, ambiguous })
}

/// Reads the end of a window: the last of the dates that a value gives (`2026-01-02 to 2026-01-16`, `1 May 2026 –
/// 15 May 2026`), or the only one.
pub fn read_end(text: &str, order: Option<DateOrder>) -> Result<Found, Bad> {
    let mut found = read(text, order).or_else(|bad| match find_iso(text) {
        // `open until 2026-01-16`, but not `two weeks from 2026-01-02`.
        Some((date, range)) if ends_with_limit(&text[..range.start]) => {
            Ok(Found { date, end: range.end, ambiguous: false })
        }
        _ => Err(bad),
    })?;
    while let Some(rest) = text.get(found.end..) {
        let next = read(rest, order).or_else(|_| {
            let (date, range) = find_iso(rest).ok_or(Bad::Nothing)?;
            Ok::<_, Bad>(Found { date, end: range.end, ambiguous: false })
        });
        match next {
            Ok(next) if next.date >= found.date => found = Found { end: found.end + next.end, ..next },
            _ => break,
        }
    }
    Ok(found)
}

/// True for text that ends with a word before the end of a span of time.
fn ends_with_limit(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or_default().trim_end_matches(':').to_lowercase();
    matches!(last.as_str(), "until" | "till" | "by" | "to" | "ends" | "closes" | "before" | "on" | "bis")
}

/// Whether a numeric date with the year last puts the day first; `None` where both orders are possible.
pub fn day_first(text: &str) -> Option<bool> {
    let tokens = tokens(text);
    match tokens.as_slice() {
        [
            (Token::Number(first, 1..=2), _),
            (Token::Number(second, 1..=2), _),
            (Token::Number(_, 2 | 4), _),
            ..,
        ] => match (*first > 12, *second > 12) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// The first date anywhere in a text, with its byte range: only unmistakable spellings (ISO).
pub fn find_iso(text: &str) -> Option<(Date, Range<usize>)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(step) = text.get(at..)?.find(|c: char| c.is_ascii_digit()) {
        at += step;
        let window = bytes.get(at..at + 10).unwrap_or_default();
        if window.len() == 10
            && window[4] == b'-'
            && window[7] == b'-'
            && let Some(date) = text.get(at..at + 10).and_then(|iso| iso.parse::<Date>().ok())
        {
            return Some((date, at..at + 10));
        }
        at += bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// A number and how many digits it has.
    Number(u32, usize),
    /// A month's name.
    Month(i8),
    /// Another word.
    Word(usize),
}

/// The first tokens of a text with the separator's and their own end; enough for any date.
fn tokens(text: &str) -> Vec<(Token, (char, usize))> {
    let mut found = Vec::with_capacity(4);
    let mut rest = text;
    while found.len() < 5 {
        let skipped = rest.len() - rest.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let separator = rest.chars().find(|c| !c.is_whitespace()).filter(|_| skipped > 0).unwrap_or(' ');
        rest = &rest[skipped..];
        let Some(first) = rest.chars().next() else { break };
        let length = match first.is_ascii_digit() {
            true => rest.find(|c: char| !c.is_ascii_digit()),
            false => rest.find(|c: char| !c.is_alphabetic() || "年月日".contains(c)).filter(|at| *at > 0),
        };
        let length = length.unwrap_or(if first.is_ascii_digit() { rest.len() } else { first.len_utf8() });
        let length = if length == 0 { first.len_utf8() } else { length };
        let length = if !first.is_ascii_digit() && rest.chars().all(char::is_alphabetic) {
            rest.len()
        } else {
            length
        };
        let word = &rest[..length];
        rest = &rest[length..];
        let end = text.len() - rest.len();
        let token = match word.parse::<u32>() {
            Ok(number) => Token::Number(number, word.len()),
            Err(_) if first.is_ascii_digit() => Token::Number(u32::MAX, word.len()),
            Err(_) => month(word).map_or(Token::Word(word.len()), Token::Month),
        };
        match token {
            // Ordinals ("29th", "1er") and the marks of Chinese and Japanese dates belong to the number.
            Token::Word(_) if skipped == 0 && !found.is_empty() && is_suffix(word) => {
                if let Some((Token::Number(..), (_, own_end))) = found.last_mut() {
                    *own_end = end;
                }
            }
            // "10 de octubre de 2023", "the 5th of May".
            Token::Word(_) if matches!(word, "of" | "de" | "the" | "le") && !found.is_empty() => {}
            _ => found.push((token, (separator, end))),
        }
    }
    found
}

fn is_suffix(word: &str) -> bool {
    matches!(word.to_lowercase().as_str(), "st" | "nd" | "rd" | "th" | "er" | "º" | "年" | "月" | "日" | "t")
}

/// Months by the first letters of their names in English, German, French, Spanish, Italian,
/// Portuguese and Dutch; more specific beginnings first.
#[rustfmt::skip]
const MONTHS: &[(&str, i8)] = &[
    ("jan", 1), ("gen", 1), ("ene", 1), ("feb", 2), ("fév", 2), ("fev", 2), ("mar", 3), ("mär", 3), ("maa", 3), ("mrt", 3),
    ("apr", 4), ("avr", 4), ("abr", 4), ("may", 5), ("mai", 5), ("mag", 5), ("mei", 5), ("juin", 6), ("jun", 6), ("giu", 6),
    ("juil", 7), ("jul", 7), ("lug", 7), ("aug", 8), ("aoû", 8), ("aou", 8), ("ago", 8), ("sep", 9), ("set", 9), ("oct", 10),
    ("okt", 10), ("ott", 10), ("out", 10), ("nov", 11), ("dec", 12), ("déc", 12), ("dez", 12), ("dic", 12),
];

fn month(word: &str) -> Option<i8> {
    if word.len() > 12 {
        return None;
    }
    let word = word.to_lowercase();
    MONTHS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

fn three(tokens: &[(Token, (char, usize))], order: Option<DateOrder>) -> Result<(Date, usize, bool), Bad> {
    use Token::{Month, Number};
    let kinds = [0, 1, 2].map(|index| tokens.get(index).map(|(token, _)| *token));
    let end = |index: usize| tokens.get(index).map_or(0, |(_, (_, end))| *end);
    let separator = |index: usize| tokens.get(index).map_or(' ', |(_, (separator, _))| *separator);
    let day = |year: u32, month: u32, day: u32| {
        let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
        date.and_then(|((year, month), day)| Date::new(year, month, day).ok()).ok_or(Bad::OffCalendar)
    };
    match kinds {
        // 20230920
        [Some(Number(packed, 8)), ..] => {
            Ok((day(packed / 10_000, packed / 100 % 100, packed % 100)?, end(0), false))
        }
        // 2023-09-20; a slip like 2020-28-07 is an error, not a guess.
        [Some(Number(year, 4)), Some(Number(month, 1..=2)), Some(Number(date, 1..=2))]
            if separator(1) == separator(2) || separator(1) == '年' =>
        {
            Ok((day(year, month, date)?, end(2), false))
        }
        [Some(Number(_, 4)), Some(Number(_, _)), Some(Number(_, _))] => Err(Bad::OffCalendar),
        // 20-09-2023, 9/20/23
        [Some(Number(first, 1..=2)), Some(Number(second, 1..=2)), Some(Number(year, digits @ (2 | 4)))] => {
            let year = if digits == 2 { 2000 + year } else { year };
            let both = first <= 12 && second <= 12 && first != second;
            let month_first = match order {
                Some(DateOrder::Mdy) => second > 12 || first <= 12,
                Some(DateOrder::Dmy) => first <= 12 && second > 12,
                None => second > 12,
            };
            let date = if month_first { day(year, first, second) } else { day(year, second, first) };
            Ok((date?, end(2), both && order.is_none() && separator(1) == '/'))
        }
        // 13-Mar-2023, 10 October 2023
        [Some(Number(date, 1..=2)), Some(Month(month)), Some(Number(year, digits @ (2 | 4)))] => {
            let year = if digits == 2 { 2000 + year } else { year };
            Ok((day(year, month as u32, date)?, end(2), false))
        }
        // July 29th, 2019
        [Some(Month(month)), Some(Number(date, 1..=2)), Some(Number(year, 4))] => {
            Ok((day(year, month as u32, date)?, end(2), false))
        }
        // 2018-Oct-05
        [Some(Number(year, 4)), Some(Month(month)), Some(Number(date, 1..=2))] => {
            Ok((day(year, month as u32, date)?, end(2), false))
        }
        [Some(Month(_)), Some(Number(_, 4)), _] | [Some(Number(_, 4)), Some(Month(_)), _] => {
            Err(Bad::Incomplete)
        }
        [Some(Number(_, 4)), Some(Number(_, 1..=2)), None] | [Some(Number(_, 4)), None, _] => {
            Err(Bad::Incomplete)
        }
        [Some(Number(..)), Some(Number(..) | Month(_)), _] => Err(Bad::OffCalendar),
        _ => Err(Bad::Nothing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings() {
        let check = |text: &str, expected: &str| {
            let found = read(text, None).map(|found| found.date.to_string());
            assert_eq!(found.as_deref(), Ok(expected), "{text}");
        };
        check("2023-09-20", "2023-09-20");
        check("2014-08-14T00:00:00.000Z", "2014-08-14");
        check("2015-12-17 19:39:46", "2015-12-17");
        check("2024-10-31 :ghost:", "2024-10-31");
        check("2019-05-13, updated 2023-02-05 (clarified)", "2019-05-13");
        check("[2023-09-20](https://example.org)", "2023-09-20");
        check("(2016-06-17)", "2016-06-17");
        check("`2016-06-17`", "2016-06-17");
        check("{ 2023-11-21 }", "2023-11-21");
        check("2023-9-5", "2023-09-05");
        check("2020/05/18", "2020-05-18");
        check("2020.05.18", "2020-05-18");
        check("20200518", "2020-05-18");
        check("23-07-2014", "2014-07-23");
        check("31/12/2024", "2024-12-31");
        check("12/31/2024", "2024-12-31");
        check("03/04/2024", "2024-04-03");
        check("8/24/22", "2022-08-24");
        check("20.09.2023", "2023-09-20");
        check("13-Mar-2023", "2023-03-13");
        check("10 October 2023", "2023-10-10");
        check("July 29th, 2019", "2019-07-29");
        check("September 20, 2024", "2024-09-20");
        check("Sept 20, 2024", "2024-09-20");
        check("2018-Oct-05", "2018-10-05");
        check("Monday, 5 May 2025", "2025-05-05");
        check("10 de octubre de 2023", "2023-10-10");
        check("1er août 2023", "2023-08-01");
        check("5. März 2024", "2024-03-05");
        check("2017年11月22日", "2017-11-22");
    }

    #[test]
    fn ends_of_windows() {
        let check = |text: &str, expected: Option<&str>| {
            let found = read_end(text, None).ok().map(|found| found.date.to_string());
            assert_eq!(found.as_deref(), expected, "{text}");
        };
        check("2026-01-16", Some("2026-01-16"));
        check("2026-01-02 to 2026-01-16", Some("2026-01-16"));
        check("2026-01-02 → 2026-01-16 (extended)", Some("2026-01-16"));
        check("2026-01-02/2026-01-16", Some("2026-01-16"));
        check("2026-01-02T09:00Z – 2026-01-16T17:00Z", Some("2026-01-16"));
        check("1 May 2026 – 15 May 2026", Some("2026-05-15"));
        check("open until 2026-01-16", Some("2026-01-16"));
        check("2026-01-16, extended from 2026-01-02", Some("2026-01-16"));
        check("two weeks from 2026-01-02", None);
        check("two weeks", None);
    }

    #[test]
    fn no_dates() {
        let check = |text: &str, expected: Bad| assert_eq!(read(text, None), Err(expected), "{text}");
        check("2022-09-39", Bad::OffCalendar);
        check("2014-19-19", Bad::OffCalendar);
        check("2020-28-07", Bad::OffCalendar);
        check("2024-023-2706", Bad::OffCalendar);
        check("22019-10-07", Bad::OffCalendar);
        check("2023-02-29", Bad::OffCalendar);
        check("January , 2026", Bad::Incomplete);
        check("2023", Bad::Incomplete);
        check("2023-05", Bad::Incomplete);
        check("soon", Bad::Nothing);
        check("{YYYY-MM-DD when the decision was last updated}", Bad::Nothing);
    }

    #[test]
    fn order_decides_what_the_calendar_leaves_open() {
        let date = |order| read("03/04/2024", order).map(|found| (found.date.to_string(), found.ambiguous));
        assert_eq!(date(Some(DateOrder::Mdy)), Ok(("2024-03-04".to_owned(), false)));
        assert_eq!(date(Some(DateOrder::Dmy)), Ok(("2024-04-03".to_owned(), false)));
        assert_eq!(date(None), Ok(("2024-04-03".to_owned(), true)));
    }
}
