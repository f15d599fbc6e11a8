//! Advance widths of the theme's text font (Inter 4.1, variable, Latin subset), so that diagrams are
//! laid out for the letters the browser will draw. Generated from `themes/default/static/fonts/inter.woff2`
//! by reading its `hmtx` table at weights 400 and 700, in thousandths of the font size; kerning is left
//! out, which errs on the wide side.

/// Width of a text in pixels at a font size in pixels. Characters that the font lacks are taken from
/// another font by the browser: wide scripts and symbols count as one em, the rest as a broad letter.
pub fn text_width(text: &str, size: f64, bold: bool) -> f64 {
    let thousandths: u64 = text.chars().map(|char| u64::from(advance(char, bold))).sum();
    thousandths as f64 * size / 1000.0
}

fn advance(char: char, bold: bool) -> u16 {
    let ascii = (char as usize).checked_sub(' ' as usize);
    let table = if bold { &BOLD } else { &REGULAR };
    if let Some(width) = ascii.and_then(|index| table.get(index)) {
        return *width;
    }
    match OTHERS.binary_search_by_key(&char, |(known, ..)| *known) {
        Ok(index) => {
            OTHERS.get(index).map_or(1000, |(_, regular, bolder)| if bold { *bolder } else { *regular })
        }
        // Marks, joiners and soft hyphens add nothing.
        Err(_) if matches!(char, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}') => {
            0
        }
        Err(_) if char.is_control() => 0,
        // East Asian scripts and pictographs fill a square.
        Err(_) if char >= '\u{1100}' => 1000,
        Err(_) => 680,
    }
}

/// ASCII from the space on, weight 400.
const REGULAR: [u16; 95] = [
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646,
    593, 620, 566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269,
    571, 672, 565, 903, 753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471,
    456, 323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528,
    327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662,
];

/// ASCII from the space on, weight 700.
const BOLD: [u16; 95] = [
    237, 338, 551, 649, 655, 1016, 672, 339, 377, 377, 559, 679, 334, 468, 334, 388, 674, 431, 629, 646, 676,
    622, 649, 582, 651, 649, 334, 343, 679, 679, 679, 560, 1016, 747, 662, 740, 722, 607, 587, 750, 747, 281,
    584, 719, 565, 932, 762, 771, 648, 777, 657, 655, 667, 732, 747, 1038, 738, 731, 664, 377, 388, 377, 487,
    476, 365, 581, 630, 588, 630, 596, 398, 632, 623, 271, 271, 580, 271, 913, 623, 613, 630, 630, 407, 560,
    366, 623, 600, 850, 580, 602, 573, 469, 372, 469, 679,
];

/// The other characters of the font: character, weight 400, weight 700. Sorted.
const OTHERS: &[(char, u16, u16)] = &[
    ('\u{a0}', 281, 237),
    ('\u{a1}', 288, 338),
    ('\u{a2}', 571, 588),
    ('\u{a3}', 611, 639),
    ('\u{a4}', 725, 762),
    ('\u{a5}', 550, 570),
    ('\u{a6}', 270, 339),
    ('\u{a7}', 568, 568),
    ('\u{a8}', 591, 623),
    ('\u{a9}', 914, 914),
    ('\u{aa}', 454, 464),
    ('\u{ab}', 583, 660),
    ('\u{ac}', 662, 679),
    ('\u{ae}', 666, 662),
    ('\u{af}', 478, 439),
    ('\u{b0}', 456, 459),
    ('\u{b1}', 662, 679),
    ('\u{b2}', 442, 460),
    ('\u{b3}', 446, 472),
    ('\u{b4}', 323, 365),
    ('\u{b5}', 586, 628),
    ('\u{b6}', 603, 599),
    ('\u{b7}', 288, 334),
    ('\u{b8}', 268, 364),
    ('\u{b9}', 304, 333),
    ('\u{ba}', 482, 490),
    ('\u{bb}', 583, 660),
    ('\u{bc}', 802, 846),
    ('\u{bd}', 847, 881),
    ('\u{be}', 882, 920),
    ('\u{bf}', 511, 560),
    ('\u{c0}', 690, 747),
    ('\u{c1}', 690, 747),
    ('\u{c2}', 690, 747),
    ('\u{c3}', 690, 747),
    ('\u{c4}', 690, 747),
    ('\u{c5}', 690, 747),
    ('\u{c6}', 994, 1022),
    ('\u{c7}', 730, 740),
    ('\u{c8}', 601, 607),
    ('\u{c9}', 601, 607),
    ('\u{ca}', 601, 607),
    ('\u{cb}', 601, 607),
    ('\u{cc}', 269, 281),
    ('\u{cd}', 269, 281),
    ('\u{ce}', 269, 281),
    ('\u{cf}', 269, 281),
    ('\u{d0}', 735, 760),
    ('\u{d1}', 753, 762),
    ('\u{d2}', 765, 771),
    ('\u{d3}', 765, 771),
    ('\u{d4}', 765, 771),
    ('\u{d5}', 765, 771),
    ('\u{d6}', 765, 771),
    ('\u{d7}', 662, 679),
    ('\u{d8}', 765, 771),
    ('\u{d9}', 744, 732),
    ('\u{da}', 744, 732),
    ('\u{db}', 744, 732),
    ('\u{dc}', 744, 732),
    ('\u{dd}', 679, 731),
    ('\u{de}', 636, 669),
    ('\u{df}', 616, 657),
    ('\u{e0}', 562, 581),
    ('\u{e1}', 562, 581),
    ('\u{e2}', 562, 581),
    ('\u{e3}', 562, 581),
    ('\u{e4}', 562, 581),
    ('\u{e5}', 562, 581),
    ('\u{e6}', 917, 910),
    ('\u{e7}', 571, 588),
    ('\u{e8}', 583, 596),
    ('\u{e9}', 583, 596),
    ('\u{ea}', 583, 596),
    ('\u{eb}', 583, 596),
    ('\u{ec}', 242, 271),
    ('\u{ed}', 242, 271),
    ('\u{ee}', 242, 271),
    ('\u{ef}', 242, 271),
    ('\u{f0}', 583, 599),
    ('\u{f1}', 591, 623),
    ('\u{f2}', 600, 613),
    ('\u{f3}', 600, 613),
    ('\u{f4}', 600, 613),
    ('\u{f5}', 600, 613),
    ('\u{f6}', 600, 613),
    ('\u{f7}', 662, 679),
    ('\u{f8}', 600, 613),
    ('\u{f9}', 591, 623),
    ('\u{fa}', 591, 623),
    ('\u{fb}', 591, 623),
    ('\u{fc}', 591, 623),
    ('\u{fd}', 562, 602),
    ('\u{fe}', 612, 630),
    ('\u{ff}', 562, 602),
    ('\u{131}', 242, 271),
    ('\u{152}', 1005, 1018),
    ('\u{153}', 1000, 988),
    ('\u{2bb}', 268, 293),
    ('\u{2bc}', 261, 311),
    ('\u{2c6}', 413, 460),
    ('\u{2da}', 298, 365),
    ('\u{2dc}', 505, 502),
    ('\u{323}', 242, 288),
    ('\u{2002}', 500, 500),
    ('\u{2009}', 182, 157),
    ('\u{2013}', 500, 500),
    ('\u{2014}', 1000, 1000),
    ('\u{2018}', 261, 311),
    ('\u{2019}', 261, 311),
    ('\u{201a}', 241, 289),
    ('\u{201c}', 440, 540),
    ('\u{201d}', 440, 532),
    ('\u{201e}', 421, 510),
    ('\u{2022}', 562, 474),
    ('\u{2026}', 864, 1002),
    ('\u{2032}', 223, 274),
    ('\u{2033}', 442, 547),
    ('\u{2039}', 384, 431),
    ('\u{203a}', 384, 431),
    ('\u{2044}', 192, 210),
    ('\u{20ac}', 667, 685),
    ('\u{2122}', 611, 640),
    ('\u{2191}', 834, 905),
    ('\u{2193}', 834, 905),
    ('\u{2212}', 662, 679),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths() {
        assert!(OTHERS.is_sorted_by_key(|(char, ..)| *char));
        let regular = text_width("Status", 16.0, false);
        assert!(regular > 40.0 && regular < 60.0 && text_width("Status", 16.0, true) > regular, "{regular}");
        assert_eq!(text_width("e\u{301}\n", 16.0, false), text_width("e", 16.0, false));
        assert_eq!(text_width("日本", 10.0, false), 20.0);
    }
}
