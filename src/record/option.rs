//! Options compared in the text, as MADR writes them: "Considered Options", "Decision Outcome" and
//! "Pros and Cons of the Options".

use super::field::normalise;
use super::outline::{self, Section};
use super::{Choice, inline, preamble};

/// Options kept of one record.
const MOST: usize = 64;

/// The options of a text in the order written; empty where it compares none.
pub fn read(text: &str, sections: &[Section<'_>]) -> Vec<Choice> {
    let mut choices: Vec<Choice> = Vec::new();
    let mut outcome = String::new();
    // Level of the heading whose sub-headings are options.
    let mut comparing: Option<u8> = None;
    for section in sections {
        let normal = normalise(&section.title);
        if comparing.is_some_and(|level| section.level <= level) {
            comparing = None;
        }
        match normal.as_ref() {
            "consideredoptions" | "optionsconsidered" | "consideredalternatives" | "options" => {
                for line in outline::lines(text, section.body.clone()) {
                    let (item, start) = preamble::without_bullet(&line);
                    let is_item = start > line.start || line.text.starts_with(['-', '*', '+']);
                    if is_item
                        && !line.text.starts_with("  ")
                        && choices.len() < MOST
                        && item.len() < 2048
                        && !item.is_empty()
                    {
                        choices.push(Choice { name: inline::plain(item), ..Choice::default() });
                    }
                }
                comparing = Some(section.level);
            }
            "prosandconsoftheoptions" | "prosandcons" | "optionsprosandcons" | "comparisonofoptions" => {
                comparing = Some(section.level)
            }
            "decisionoutcome" | "decision" => {
                outcome = outline::lines(text, section.body.clone())
                    .map(|line| line.text.trim())
                    .find(|line| !line.is_empty())
                    .map(inline::plain)
                    .unwrap_or_default();
            }
            _ if comparing.is_some() => arguments(text, section, &mut choices),
            _ => {}
        }
    }
    choose(&outcome, &mut choices);
    choices
}

/// Adds the arguments under an option's heading: `* Good, because …`, `* Bad, because …`.
fn arguments(text: &str, section: &Section<'_>, choices: &mut Vec<Choice>) {
    let wanted = bare(&section.title);
    let index = choices.iter().position(|choice| {
        let name = bare(&choice.name);
        name == wanted || !wanted.is_empty() && (name.starts_with(&wanted) || wanted.starts_with(&name))
    });
    let mut read = Choice { name: section.title.clone(), ..Choice::default() };
    for line in outline::lines(text, section.body.clone()) {
        let (item, start) = preamble::without_bullet(&line);
        if start == line.start || item.len() > 4096 {
            continue;
        }
        let plain = inline::plain(item);
        let list = match plain.split([',', ' ', ':']).next().unwrap_or_default().to_ascii_lowercase().as_str()
        {
            "good" | "pro" | "+" | "advantage" | "✅" | "👍" => &mut read.good,
            "bad" | "con" | "-" | "disadvantage" | "❌" | "👎" => &mut read.bad,
            "neutral" => &mut read.neutral,
            _ => continue,
        };
        let reason = plain.split_once("because").map_or_else(
            || plain.split_once([',', ':']).map_or(plain.as_str(), |(_, rest)| rest),
            |(_, rest)| rest,
        );
        list.push(reason.trim().to_owned());
    }
    if read.good.is_empty() && read.bad.is_empty() && read.neutral.is_empty() {
        return;
    }
    let room = choices.len() < MOST;
    match index.and_then(|index| choices.get_mut(index)) {
        Some(choice) => {
            choice.good.append(&mut read.good);
            choice.neutral.append(&mut read.neutral);
            choice.bad.append(&mut read.bad);
        }
        None if room => choices.push(read),
        None => {}
    }
}

/// Marks the option that "Chosen option: "X", because …" names: the longest name that stands there.
fn choose(outcome: &str, choices: &mut [Choice]) {
    let lower = outcome.to_lowercase();
    let Some(at) = ["chosen option", "we chose", "chosen:", "we choose", "selected option"]
        .iter()
        .find_map(|words| lower.find(words))
    else {
        return;
    };
    let said = bare(lower.get(at..).unwrap_or_default().split("because").next().unwrap_or_default());
    let chosen = choices.iter_mut().filter(|choice| {
        let name = bare(&choice.name);
        !name.is_empty() && said.contains(&name)
    });
    if let Some(choice) = chosen.max_by_key(|choice| choice.name.len()) {
        choice.chosen = true;
    }
}

/// Letters and digits alone, lower case; what follows a dash or bracket is a remark.
fn bare(name: &str) -> String {
    let name = name
        .split([" - ", " – ", " — "].iter().find(|dash| name.contains(**dash)).copied().unwrap_or("\0"))
        .next()
        .unwrap_or_default();
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_madr_comparison() {
        let text = "# T\n\n## Considered Options\n\n* `gRPC`\n* REST – plain\n\n## Decision Outcome\n\nChosen option: \"REST\", because simple.\n\n\
                    ## Pros and Cons of the Options\n\n### gRPC\n\n* Good, because fast\n* Bad, because opaque\n\n### REST\n\n* Neutral, because known\n";
        let sections = outline::sections(text, 0).collect::<Vec<_>>();
        let choices = read(text, &sections);
        let shown = choices
            .iter()
            .map(|choice| {
                format!(
                    "{} {} {:?} {:?} {:?}",
                    choice.name, choice.chosen, choice.good, choice.neutral, choice.bad
                )
            })
            .collect::<Vec<_>>();
        assert_eq!(shown, ["gRPC false [\"fast\"] [] [\"opaque\"]", "REST – plain true [] [\"known\"] []"]);
    }
}
