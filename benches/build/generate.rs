//! Writes a decision log of any size: the same bytes for the same count. Sizes are log-normal around 6 kB,
//! words follow Zipf's law, records link to one another, three in a hundred are superseded.
//!
//! The text means nothing and is not meant to; what counts is that a reader and a renderer meet the mixture of
//! prose, code, tables, lists and links that real logs have.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

const SYLLABLES: [&str; 32] = [
    "ar", "be", "con", "da", "el", "fi", "gra", "ho", "in", "ju", "ka", "lo", "mer", "no", "or", "pre",
    "qua", "re", "sta", "ti", "un", "ver", "wa", "xe", "yo", "za", "tion", "ment", "ing", "er", "al", "ic",
];
const SECTIONS: [&str; 10] = [
    "Context",
    "Decision",
    "Consequences",
    "Motivation",
    "Alternatives",
    "Drawbacks",
    "Prior art",
    "Migration",
    "Security",
    "Open questions",
];
const STATUSES: [&str; 10] = [
    "accepted",
    "accepted",
    "accepted",
    "accepted",
    "accepted",
    "proposed",
    "draft",
    "rejected",
    "deprecated",
    "deferred",
];
const TAGS: [&str; 12] = [
    "storage",
    "api",
    "security",
    "network",
    "build",
    "testing",
    "interface",
    "database",
    "cache",
    "queue",
    "logging",
    "release",
];

/// Writes `count` records into `folder`, which is created.
pub fn generate(folder: &Path, count: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let words = vocabulary();
    for number in 1..=count {
        let mut random = Random::new(number as u64);
        let record = record(&mut random, &words, number, count);
        fs::write(folder.join(name(number)), record)?;
    }
    Ok(())
}

fn name(number: usize) -> String {
    format!("{number:06}-record-{}.md", number * 7919 % 9973)
}

fn record(random: &mut Random, words: &[String], number: usize, count: usize) -> String {
    // Every 33rd record is superseded by the one that comes ten later.
    let (successor, predecessor) = (number + 10, number.saturating_sub(10));
    let superseded = number.is_multiple_of(33) && successor <= count;
    let supersedes = predecessor > 0 && predecessor.is_multiple_of(33);
    let mut text = String::from("---\n");
    let title = capitalised(&sentence(random, words, 4));
    let status = if superseded { "superseded" } else { STATUSES[random.below(STATUSES.len())] };
    let _ = writeln!(text, "title: \"{title}\"\nstatus: {status}");
    let _ = writeln!(
        text,
        "date: {}-{:02}-{:02}",
        2015 + number * 10 / (count + 1),
        1 + random.below(12),
        1 + random.below(28)
    );
    let _ = writeln!(text, "tags: [{}, {}]", TAGS[random.below(6)], TAGS[6 + random.below(6)]);
    if superseded {
        let _ = writeln!(text, "superseded-by: {successor}");
    }
    if supersedes {
        let _ = writeln!(text, "supersedes: {predecessor}");
    }
    let _ = writeln!(text, "---\n\n# {title}");
    let target = random.log_normal(5900.0, 0.8).clamp(900.0, 60_000.0) as usize;
    let mut section = 0;
    while text.len() < target {
        let _ = writeln!(text, "\n## {}\n", SECTIONS[section % SECTIONS.len()]);
        section += 1;
        for _ in 0..2 + random.below(3) {
            block(random, words, number, count, &mut text);
        }
    }
    text
}

fn block(random: &mut Random, words: &[String], number: usize, count: usize, text: &mut String) {
    match random.below(20) {
        0 | 1 => {
            for _ in 0..3 + random.below(4) {
                let _ = writeln!(text, "- {}", sentence(random, words, 9));
            }
        }
        2 => {
            let _ = writeln!(text, "| {} | {} |\n|---|---:|", pick(random, words), pick(random, words));
            for _ in 0..3 + random.below(5) {
                let _ = writeln!(
                    text,
                    "| `{}` {} | {} |",
                    pick(random, words),
                    pick(random, words),
                    random.below(9999)
                );
            }
        }
        3..=5 => code(random, words, text),
        6 => {
            let _ = writeln!(text, "> {}.", capitalised(&sentence(random, words, 14)));
        }
        _ => {
            for _ in 0..2 + random.below(4) {
                text.push_str(&capitalised(&sentence(random, words, 14)));
                match random.below(12) {
                    0 => {
                        let other = 1 + (number + random.below(count)) % count;
                        let _ = write!(text, " as in [record {other}]({}). ", name(other));
                    }
                    1 => {
                        let _ = write!(text, " with `{}_{}`. ", pick(random, words), pick(random, words));
                    }
                    2 => {
                        let _ = write!(text, " **{}**. ", pick(random, words));
                    }
                    _ => text.push_str(". "),
                }
            }
            text.push('\n');
        }
    }
    text.push('\n');
}

fn code(random: &mut Random, words: &[String], text: &mut String) {
    let (a, b, c) = (pick(random, words), pick(random, words), pick(random, words));
    let n = random.below(1000);
    let _ = match random.below(6) {
        0 | 1 => writeln!(
            text,
            "```rust\n/// Gives the {a} of a {b}.\npub fn {a}_{b}(input: &[u64]) -> Option<u64> {{\n    let mut {c} = {n};\n    for item in input {{\n        {c} += item % {n}; // {b}\n    }}\n    Some({c})\n}}\n```"
        ),
        2 => writeln!(
            text,
            "```python\nclass {a}:\n    def {b}(self, {c}=None):\n        return [x * {n} for x in {c} or []]  # {a}\n```"
        ),
        3 => writeln!(text, "```json\n{{\n  \"{a}\": {{ \"{b}\": {n}, \"{c}\": [true, null] }}\n}}\n```"),
        4 => writeln!(
            text,
            "```bash\nset -eu\nfor {a} in {b}/*.txt; do\n  grep -c \"{c}\" \"${a}\" | sort -n\ndone\n```"
        ),
        _ => writeln!(text, "```yaml\n{a}:\n  {b}: {n}\n  {c}:\n    - name: {b}\n      enabled: true\n```"),
    };
}

/// 8,000 different words of two to four syllables.
fn vocabulary() -> Vec<String> {
    (0..8000usize)
        .map(|index| {
            let mut rest = index + 33;
            let mut word = String::new();
            while rest > 0 {
                word.push_str(SYLLABLES[rest % 32]);
                rest /= 32;
            }
            word
        })
        .collect()
}

fn pick<'a>(random: &mut Random, words: &'a [String]) -> &'a str {
    // The inverse of Zipf's distribution function: rank ≈ size^u.
    let rank = (words.len() as f64).powf(random.unit()) as usize;
    &words[rank.min(words.len() - 1)]
}

fn sentence(random: &mut Random, words: &[String], around: usize) -> String {
    let length = around / 2 + 1 + random.below(around);
    (0..length).map(|_| pick(random, words)).collect::<Vec<_>>().join(" ")
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + letters.as_str())
}

/// SplitMix64: small, good enough, and the same on every machine.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Box and Muller's transform.
    fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.unit()).cos();
        median * (sigma * normal).exp()
    }
}
