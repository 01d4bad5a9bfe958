//! Looking for something: the filter, as it is typed and as it was, and the history.

use super::app::App;
use super::panes::Pane;
use super::popups::Popup;
use super::popups::filter::Filter;
use super::popups::history::History;
use crate::core::query::Query;
use crate::core::query::completion::Vocabulary;

impl App {
    /// Applies a filter, or begins typing one.
    pub fn ask_filter(&mut self, query: &str) {
        if query.is_empty() {
            let vocabulary = Vocabulary::of(&self.board);
            self.popup(Popup::Filter(Filter::new(&self.filter, vocabulary, &self.filters)));
        } else {
            self.set_filter(query);
        }
    }

    /// Filters by `text` if it can be understood; else says why not.
    pub fn set_filter(&mut self, text: &str) {
        match Query::parse(text) {
            Ok(query) => {
                // One more letter mostly leaves fewer of the rows that there are.
                let narrower = query.narrows(&self.query);
                self.query = query;
                self.filter = text.trim().into();
                if narrower {
                    self.narrower = true;
                    self.stream.refresh_now();
                } else {
                    self.refresh();
                }
            }
            Err(error) => self.mistake(error.to_string()),
        }
    }

    /// Searches the history for `text`, or for what was sought last.
    pub fn show_history(&mut self, text: &str) {
        let text = if text.is_empty() { self.sought.clone() } else { text.to_owned() };
        self.popup(Popup::History(History::new(self.narrowed.clone(), &text)));
        self.sought = text;
    }

    /// Shows the incident that was chosen in the history.
    pub fn open_found(&mut self, history: History) {
        match history.chosen() {
            Ok(id) => {
                self.focus = Pane::Detail;
                self.detail.show(id);
            }
            Err(why) => {
                self.mistake(why.into());
                self.popup(Popup::History(history));
            }
        }
    }

    /// Keeps the filter for those who want it again.
    pub fn remember_filter(&mut self) {
        /// More than anybody goes back.
        const MOST: usize = 50;
        if !self.filter.is_empty() {
            self.filters.retain(|known| *known != self.filter);
            self.filters.push(self.filter.clone());
            let gone = self.filters.len().saturating_sub(MOST);
            self.filters.drain(..gone);
        }
    }
}
