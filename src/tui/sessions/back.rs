//! Looking back: a session's screen and what has left it at the top, as they were when the look began. What comes meanwhile
//! moves nothing; it is there when one goes on.

use unicode_width::UnicodeWidthStr;

use crate::tui::moves::Move;

/// A look at what is above.
#[derive(Debug)]
pub struct Back {
    screen: vt100::Screen,
    /// Every row, the oldest first.
    rows: Vec<String>,
    /// The first row on the screen.
    top: usize,
    /// The row one is at.
    at: usize,
    /// The other end of the rows that are marked.
    mark: Option<usize>,
    /// What was searched for; empty: nothing.
    sought: String,
}

impl Back {
    /// Begins at the end.
    pub fn new(screen: &vt100::Screen) -> Self {
        let mut screen = screen.clone();
        let (height, cols) = screen.size();
        let (height, above) = (usize::from(height.get()), scrollback(&mut screen));
        let mut rows = Vec::with_capacity(above + height);
        for from in (0..above).step_by(height) {
            screen.set_scrollback(above - from);
            rows.extend(screen.rows(0, cols.get()).take(height.min(above - from)));
        }
        screen.set_scrollback(0);
        rows.extend(screen.rows(0, cols.get()));
        // The empty rows below the last prompt are no place to begin at.
        let last = rows.iter().rposition(|row| !row.trim().is_empty()).unwrap_or(0);
        Self { screen, rows, top: above, at: last.max(above), mark: None, sought: String::new() }
    }

    /// What is on the screen.
    pub fn screen(&self) -> &vt100::Screen {
        &self.screen
    }

    /// Rows above the screen, and how many there could be.
    pub fn above(&self) -> (usize, usize) {
        let (height, _) = self.screen.size();
        let most = self.rows.len().saturating_sub(height.get().into());
        (most - self.top.min(most), most)
    }

    /// The row one is at, on the screen.
    pub fn line(&self) -> usize {
        self.at.saturating_sub(self.top)
    }

    /// Whether a row of the screen is marked.
    pub fn is_marked(&self, line: usize) -> bool {
        self.marked().is_some_and(|marked| marked.contains(&(self.top + line)))
    }

    /// What was searched for.
    pub fn sought(&self) -> &str {
        &self.sought
    }

    /// The columns of a row of the screen at which there is what was searched for.
    pub fn found(&self, line: usize) -> Vec<std::ops::Range<u16>> {
        self.rows.get(self.top + line).map_or_else(Vec::new, |row| found(row, &self.sought))
    }

    /// Moves. A page moves what is shown, not only the row one is at.
    pub fn go(&mut self, by: Move) {
        let (height, _) = self.screen.size();
        let pages = matches!(by, Move::Pages(_));
        let by = by.rows(height.get().into());
        if pages {
            self.top = self.top.saturating_add_signed(by);
        }
        self.stand(self.at.saturating_add_signed(by).min(self.rows.len().saturating_sub(1)));
    }

    /// Moves what is shown; the row one is at goes with it when it would be out of sight.
    pub fn scroll(&mut self, rows: isize) {
        let (height, _) = self.screen.size();
        let (height, most) = (usize::from(height.get()), self.above().1);
        self.top = self.top.saturating_add_signed(rows).min(most);
        self.stand(self.at.clamp(self.top, self.top + height - 1));
    }

    /// Marks rows from here on, or none.
    pub fn mark(&mut self) {
        self.mark = if self.mark.is_some() { None } else { Some(self.at) };
    }

    /// Searches upwards from the end; whether there is any.
    pub fn search(&mut self, text: &str) -> bool {
        text.clone_into(&mut self.sought);
        let last = self.rows.iter().rposition(|row| !found(row, text).is_empty());
        last.into_iter().for_each(|row| self.stand(row));
        last.is_some()
    }

    /// The next older row with what was searched for, or the next newer one; whether there is any.
    pub fn seek(&mut self, older: bool) -> bool {
        let has = |row: &usize| self.rows.get(*row).is_some_and(|row| !found(row, &self.sought).is_empty());
        let next = if older { (0..self.at).rev().find(has) } else { (self.at + 1..self.rows.len()).find(has) };
        next.into_iter().for_each(|row| self.stand(row));
        next.is_some()
    }

    /// The marked rows as text, else those on the screen.
    pub fn text(&self) -> String {
        let (height, _) = self.screen.size();
        let rows = self.marked().unwrap_or(self.top..=self.top + usize::from(height.get()) - 1);
        text(rows.filter_map(|row| self.rows.get(row)))
    }

    fn marked(&self) -> Option<std::ops::RangeInclusive<usize>> {
        self.mark.map(|mark| mark.min(self.at)..=mark.max(self.at))
    }

    /// To a row, with as little scrolling as shows it.
    fn stand(&mut self, row: usize) {
        let (height, _) = self.screen.size();
        let height = usize::from(height.get());
        let most = self.rows.len().saturating_sub(height);
        self.at = row;
        self.top = self.top.min(row).max((row + 1).saturating_sub(height)).min(most);
        self.screen.set_scrollback(most - self.top);
    }
}

/// Rows as lines of text, without the blanks at their ends.
pub fn text<'a>(rows: impl Iterator<Item = &'a String>) -> String {
    let lines: Vec<_> = rows.map(|row| row.trim_end()).collect();
    lines.join("\n").trim_end_matches('\n').to_owned()
}

/// How many rows have left the screen at the top.
fn scrollback(screen: &mut vt100::Screen) -> usize {
    screen.set_scrollback(0);
    screen.scrollback_len()
}

/// The columns at which a row has `sought`: in any case, unless it has a capital letter.
fn found(row: &str, sought: &str) -> Vec<std::ops::Range<u16>> {
    if sought.is_empty() {
        return Vec::new();
    }
    let exact = sought.chars().any(char::is_uppercase);
    let lower = |c: char| if exact { c } else { c.to_lowercase().next().unwrap_or(c) };
    let sought: Vec<char> = sought.chars().collect();
    let row: Vec<char> = row.chars().collect();
    let width = |part: &[char]| u16::try_from(part.iter().collect::<String>().width()).unwrap_or(u16::MAX);
    let begins = |at: &usize| {
        let here = row.get(*at..*at + sought.len());
        here.is_some_and(|here| here.iter().zip(&sought).all(|(is, should)| lower(*is) == lower(*should)))
    };
    let starts = (0..row.len()).filter(begins);
    let columns = |at: usize| {
        let from = width(row.get(..at).unwrap_or_default());
        from..from.saturating_add(width(row.get(at..at + sought.len()).unwrap_or_default()))
    };
    starts.map(columns).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::emulator::Emulator;

    fn back(lines: usize) -> Back {
        let mut terminal = Emulator::new(5, 20, 100, ());
        for line in 1..=lines {
            terminal.process(format!("line {line} Über\r\n").as_bytes());
        }
        terminal.process(b"$ ");
        Back::new(terminal.screen())
    }

    fn first(back: &Back) -> String {
        back.screen().rows(0, 20).next().unwrap().trim_end().to_owned()
    }

    #[test]
    fn one_looks_back_row_by_row_and_page_by_page() {
        let mut back = back(30);
        assert_eq!((first(&back).as_str(), back.above(), back.line()), ("line 27 Über", (0, 26), 4));
        back.go(Move::Rows(-4));
        assert_eq!(back.above(), (0, 26), "the screen stays while there is room on it");
        back.go(Move::Rows(-1));
        assert_eq!((first(&back).as_str(), back.above(), back.line()), ("line 26 Über", (1, 26), 0));
        back.go(Move::Pages(-1));
        assert_eq!(first(&back), "line 22 Über");
        back.go(Move::First);
        assert_eq!((first(&back).as_str(), back.above()), ("line 1 Über", (26, 26)));
        back.go(Move::Last);
        assert_eq!((back.above(), back.line()), ((0, 26), 4));
    }

    #[test]
    fn the_first_page_and_the_first_turn_of_the_wheel_show_what_is_above() {
        let mut paged = back(30);
        paged.go(Move::Pages(-1));
        assert_eq!((first(&paged).as_str(), paged.above(), paged.line()), ("line 23 Über", (4, 26), 4));
        paged.go(Move::Pages(1));
        assert_eq!((paged.above(), paged.line()), ((0, 26), 4));
        let mut wheeled = back(30);
        wheeled.scroll(-3);
        assert_eq!((first(&wheeled).as_str(), wheeled.above(), wheeled.line()), ("line 24 Über", (3, 26), 4));
        wheeled.scroll(-99);
        assert_eq!((first(&wheeled).as_str(), wheeled.above(), wheeled.line()), ("line 1 Über", (26, 26), 4));
        wheeled.scroll(99);
        assert_eq!((wheeled.above(), wheeled.line()), ((0, 26), 0));
    }

    #[test]
    fn a_search_finds_the_latest_first_and_says_where_in_the_row() {
        let mut back = back(30);
        assert!(back.search("line 2"));
        assert_eq!(back.rows[back.at].trim_end(), "line 29 Über");
        assert!(back.seek(true));
        assert_eq!(back.rows[back.at].trim_end(), "line 28 Über");
        assert!(back.seek(false));
        assert!(!back.seek(false), "there is no newer one");
        assert!(back.search("über"));
        assert_eq!(back.found(back.line()), vec![8..12]);
        assert!(!back.search("ÜBER"), "a capital letter means itself");
        assert!(!back.search(""));
    }

    #[test]
    fn what_is_marked_is_copied_else_the_screen() {
        let mut back = back(30);
        assert_eq!(back.text(), "line 27 Über\nline 28 Über\nline 29 Über\nline 30 Über\n$");
        back.go(Move::Rows(-2));
        back.mark();
        back.go(Move::Rows(-1));
        assert_eq!(back.text(), "line 28 Über\nline 29 Über");
        assert!(back.is_marked(1) && back.is_marked(2) && !back.is_marked(0) && !back.is_marked(3));
        back.mark();
        assert!(!back.is_marked(1));
    }

    #[test]
    fn a_short_output_has_nothing_above_it() {
        let mut back = back(2);
        back.go(Move::First);
        assert_eq!((back.above(), back.line()), ((0, 0), 0));
        assert_eq!(back.text(), "line 1 Über\nline 2 Über\n$");
    }
}
