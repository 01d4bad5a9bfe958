//! One value of a query, and whether a text matches it: as a part, as a whole, as a glob, or by the beginnings of its parts.
//!
//! Nothing here allocates for ASCII, which nearly all names are: it runs once for each incident and key.

/// What a text is compared with, in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    /// In lower case.
    pub(super) text: Box<str>,
    pub(super) kind: Kind,
}

/// How a text is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// It occurs.
    Part,
    /// It is all of it.
    Whole,
    /// All of it, with `*` for anything and `?` for one character.
    Glob,
}

impl Pattern {
    pub(super) fn new(text: &str, kind: Kind) -> Self {
        Self { text: text.to_lowercase().into(), kind }
    }

    /// Whether a text, in any case, matches.
    pub fn is_in(&self, text: &str) -> bool {
        match self.kind {
            Kind::Part => contains(text, &self.text),
            Kind::Whole if text.is_ascii() => text.eq_ignore_ascii_case(&self.text),
            Kind::Whole => text.to_lowercase() == *self.text,
            Kind::Glob if text.is_ascii() => glob(self.text.as_bytes(), text.as_bytes()),
            Kind::Glob => {
                let text: Vec<char> = text.to_lowercase().chars().collect();
                glob(&self.text.chars().collect::<Vec<_>>(), &text)
            }
        }
    }

    /// Texts that must all occur in whatever matches.
    pub fn needs(&self) -> impl Iterator<Item = &str> {
        let marks: &[char] = if self.kind == Kind::Glob { &['*', '?'] } else { &[] };
        self.text.split(marks).filter(|part| !part.is_empty())
    }
}

/// Whether `part`, in lower case, occurs in `text` written in any case.
pub fn contains(text: &str, part: &str) -> bool {
    if !text.is_ascii() {
        return text.to_lowercase().contains(part);
    }
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let Some(first) = part.first().map(|first| first | 0x20) else { return true };
    let Some(places) = text.len().checked_sub(part.len()) else { return false };
    // Letters differ from their other case in this bit; what else it makes alike is told apart by the comparison.
    let begins = |at: &usize| text[*at] | 0x20 == first;
    (0..=places).filter(begins).any(|at| text[at..at + part.len()].eq_ignore_ascii_case(part))
}

/// A letter or byte of a glob.
trait Sign: Copy {
    fn is(self, mark: u8) -> bool;
    /// `other` is in any case if this is ASCII, else in lower case.
    fn equals(self, other: Self) -> bool;
}

impl Sign for u8 {
    fn is(self, mark: u8) -> bool {
        self == mark
    }
    fn equals(self, other: Self) -> bool {
        self == other.to_ascii_lowercase()
    }
}

impl Sign for char {
    fn is(self, mark: u8) -> bool {
        self == char::from(mark)
    }
    fn equals(self, other: Self) -> bool {
        self == other
    }
}

/// Goes back to the last `*` only: that one can take in whatever an earlier one could.
fn glob<S: Sign>(pattern: &[S], text: &[S]) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(mark) if mark.is(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(mark) if mark.is(b'?') || mark.equals(text[t]) => (p, t) = (p + 1, t + 1),
            _ => {
                let Some((at, from)) = star else { return false };
                star = Some((at, from + 1));
                (p, t) = (at + 1, from + 1);
            }
        }
    }
    pattern[p..].iter().all(|mark| mark.is(b'*'))
}

/// A word that may stand for the beginnings of a text's parts, in their order: `paygw` for `payment-gw`, `hicpu` for
/// `high_cpu_usage`. Where a part begins, one can see: after a sign, at a digit, at a capital.
///
/// All the ways to divide the word are followed at once, one bit for each of its letters, so that no text costs more than its
/// length. Whatever matches a word also matches the word without its last letter.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Beginnings {
    /// For each ASCII sign, the places in the word where it stands.
    places: Box<[u64; 128]>,
    done: u64,
}

impl Beginnings {
    /// Shorter words begin too many things.
    pub const SHORTEST: usize = 3;

    /// For a word in lower case; none for one that is too short, too long, or not of ASCII letters.
    pub fn of(word: &str) -> Option<Self> {
        if !(Self::SHORTEST..=63).contains(&word.len()) || !word.is_ascii() {
            return None;
        }
        let mut places = Box::new([0; 128]);
        for (at, sign) in word.bytes().enumerate() {
            places[usize::from(sign)] |= 1 << at;
        }
        Some(Self { places, done: 1 << word.len() })
    }

    /// Whether a text has parts that begin so.
    pub fn are_in(&self, text: &str) -> bool {
        // The lengths of the word's beginning that have been found: with the last letter just here, and anywhere before.
        let (mut here, mut before) = (0_u64, 1_u64);
        let mut last = Class::Sign;
        for byte in text.bytes() {
            let class = Class::of(byte);
            let places = self.places.get(usize::from(byte.to_ascii_lowercase())).copied().unwrap_or(0);
            let begins = class != last && (last, class) != (Class::Capital, Class::Small);
            let from = if begins { before } else { here };
            here = (from & places) << 1;
            before |= here;
            last = class;
            if here & self.done != 0 {
                return true;
            }
        }
        false
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Sign,
    Digit,
    Capital,
    Small,
}

impl Class {
    fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' | 0x80.. => Self::Small,
            b'A'..=b'Z' => Self::Capital,
            b'0'..=b'9' => Self::Digit,
            _ => Self::Sign,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containing_is_without_case_beyond_ascii_too() {
        assert!(contains("Übertragung", "über"));
        assert!(contains("WEB-01", "web"));
        assert!(contains("web@01", "@0") && !contains("web`01", "@0"));
        assert!(!contains("w", "web"));
        assert!(contains("", "") && contains("x", ""));
    }

    #[test]
    fn globs_are_about_all_of_a_text() {
        let is_in = |glob: &str, text: &str| Pattern::new(glob, Kind::Glob).is_in(text);
        for (glob, text) in [
            ("web-*", "WEB-01"),
            ("*-01", "web-01"),
            ("w?b-0?", "web-01"),
            ("*a*b*", "xxaxaxb"),
            ("*", ""),
            ("über*", "Überlast"),
            ("*last", "Überlast"),
        ] {
            assert!(is_in(glob, text), "{glob} {text}");
        }
        for (glob, text) in [("web-*", "my-web-01"), ("web-?", "web-01"), ("?", ""), ("*x", "xa"), ("a*a", "a")] {
            assert!(!is_in(glob, text), "{glob} {text}");
        }
    }

    #[test]
    fn a_word_may_be_made_of_the_beginnings_of_parts() {
        let are_in = |word: &str, text: &str| Beginnings::of(word).unwrap().are_in(text);
        for (word, text) in [
            ("paygw", "payment-gw"),
            ("pgw", "payment-gw"),
            ("hicpu", "high_cpu_usage"),
            ("indown", "InstanceDown"),
            ("web01", "web-server-01"),
            ("aab", "a-aa-aab"),
            ("db7", "DB7"),
        ] {
            assert!(are_in(word, text), "{word} {text}");
        }
        for (word, text) in [("disk", "db-instance-spike"), ("gwpay", "payment-gw"), ("web", "we"), ("ayg", "pay-gw")] {
            assert!(!are_in(word, text), "{word} {text}");
        }
        assert!(Beginnings::of("we").is_none() && Beginnings::of("übe").is_none());
    }
}
