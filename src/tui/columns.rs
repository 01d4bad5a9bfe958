//! Which columns an incident's row has, in which order, in how much room. What matters less goes first where there is little.

use serde::{Deserialize, Serialize};

/// A column of the incidents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// The priority.
    Score,
    /// Glyph and word.
    Severity,
    /// Since it opened.
    Age,
    /// Whose it is.
    Tenant,
    /// What is ill.
    Asset,
    /// How.
    Signature,
    /// How many alerts.
    Count,
    /// It came back, or flaps.
    Again,
    /// Who reports it.
    Tools,
    /// Who works on it.
    Owner,
    /// Where it stands.
    Status,
    /// What is left of its promises.
    Sla,
    /// The node behind the asset.
    Instance,
    /// What skill it wants.
    Category,
    /// How many times it was escalated.
    Escalations,
    /// When it wakes.
    Snooze,
}

use Column::{
    Again, Age, Asset, Category, Count, Escalations, Instance, Owner, Score, Severity, Signature, Sla, Snooze, Status,
    Tenant, Tools,
};

impl Column {
    /// All of them; where there is too little room, the last ones go first.
    pub const ALL: [Self; 16] = [
        Score,
        Severity,
        Asset,
        Signature,
        Age,
        Tenant,
        Sla,
        Status,
        Count,
        Owner,
        Again,
        Snooze,
        Escalations,
        Tools,
        Instance,
        Category,
    ];

    /// What people call it.
    pub const fn word(self) -> &'static str {
        match self {
            Score => "score",
            Severity => "severity",
            Age => "age",
            Tenant => "tenant",
            Asset => "asset",
            Signature => "signature",
            Count => "count",
            Again => "again",
            Tools => "tools",
            Owner => "owner",
            Status => "status",
            Sla => "sla",
            Instance => "instance",
            Category => "category",
            Escalations => "escalations",
            Snooze => "snooze",
        }
    }

    /// What stands in it.
    pub const fn says(self) -> &'static str {
        match self {
            Score => "the priority",
            Severity => "the highest among its alerts",
            Age => "since it opened",
            Tenant => "whose it is",
            Asset => "what is ill",
            Signature => "how",
            Count => "how many alerts",
            Again => "it came back, or flaps",
            Tools => "who reports it",
            Owner => "who works on it",
            Status => "where it stands",
            Sla => "what is left until a promise is broken",
            Instance => "the node behind the asset",
            Category => "what skill it wants",
            Escalations => "how many times it was escalated",
            Snooze => "when it wakes",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.word() == word)
    }

    /// How much room it gets by itself in a row of `width`.
    pub fn room(self, width: u16) -> u16 {
        let by_size = |sizes: [u16; 4]| match width {
            0..68 => sizes[0],
            68..100 => sizes[1],
            100..130 => sizes[2],
            _ => sizes[3],
        };
        match self {
            Score | Snooze | Escalations => 4,
            Age => 3,
            Severity => by_size([6, 10, 10, 10]),
            Tenant => by_size([8, 10, 14, 16]),
            Asset => by_size([8, 10, 14, 16]),
            Signature => by_size([8, 10, 16, 18]),
            Count => by_size([4, 4, 5, 5]),
            Again => by_size([4, 4, 8, 8]),
            Tools => by_size([8, 10, 14, 18]),
            Owner => by_size([6, 8, 8, 10]),
            Status => by_size([4, 4, 8, 12]),
            Sla => 10,
            Instance => 19,
            Category => 10,
        }
    }
}

/// A column that somebody chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Chosen {
    /// Which.
    pub column: Column,
    /// How wide; absent: by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u16>,
}

/// The columns that somebody chose, in their order; none: by the size of the screen.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Columns(pub Vec<Chosen>);

/// There is no such column.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no column {0}; columns are {list}, each alone or with a width as in asset=20", list = Column::ALL.map(Column::word).join(" "))]
pub struct NoColumn(String);

impl std::str::FromStr for Columns {
    type Err = NoColumn;

    /// Reads `score severity asset=20`.
    fn from_str(text: &str) -> Result<Self, NoColumn> {
        let mut columns = Self::default();
        for word in text.split_whitespace() {
            let wrong = || NoColumn(word.into());
            let (name, width) = word.split_once('=').map_or((word, None), |(name, width)| (name, Some(width)));
            let column = Column::named(&name.to_lowercase()).ok_or_else(wrong)?;
            let width = width.map(|width| width.parse().map_err(|_| wrong())).transpose()?.filter(|width| *width > 0);
            if columns.0.iter().all(|known| known.column != column) {
                columns.0.push(Chosen { column, width: width.map(clamped) });
            }
        }
        Ok(columns)
    }
}

/// A width that leaves room for others.
pub fn clamped(width: u16) -> u16 {
    width.clamp(2, 60)
}

/// The columns of a row of `width` that nobody chose. `sla`: some tenant has made promises.
pub fn standard(width: u16, sla: bool) -> Vec<Column> {
    let mut columns = match width {
        0..68 => vec![Score, Severity, Age, Asset, Signature, Count],
        68..100 => vec![Score, Severity, Age, Tenant, Asset, Signature, Count, Again, Status],
        100..130 => vec![Score, Severity, Age, Tenant, Asset, Signature, Count, Again, Owner, Status],
        _ => vec![Score, Severity, Age, Tenant, Asset, Signature, Count, Again, Tools, Owner, Status],
    };
    if sla && width >= 50 {
        // Whoever has promised something needs to see it more than what comes again.
        columns.retain(|column| *column != Again || width >= 80);
        columns.push(Sla);
    }
    columns
}

impl Columns {
    /// Columns with their widths for a row of `width`: they fill it exactly. What is left over goes to asset and signature, or
    /// to the last one.
    pub fn plan(&self, width: u16, sla: bool) -> Vec<(Column, u16)> {
        let room = |chosen: &Chosen| (chosen.column, chosen.width.unwrap_or_else(|| chosen.column.room(width)));
        let mut columns: Vec<(Column, u16)> = match &*self.0 {
            [] => standard(width, sla).into_iter().map(|column| (column, column.room(width))).collect(),
            chosen => chosen.iter().map(room).collect(),
        };
        let used = |columns: &[(Column, u16)]| columns.iter().map(|(_, width)| u32::from(*width) + 1).sum::<u32>();
        // The last column needs no gap behind it.
        let there = u32::from(width) + 1;
        let rank = |column: Column| Column::ALL.iter().position(|known| *known == column);
        while used(&columns) > there && columns.len() > 1 {
            let least = columns.iter().enumerate().max_by_key(|(_, (column, _))| rank(*column)).map(|(at, _)| at);
            least.map(|at| columns.remove(at));
        }
        if let [(_, only)] = &mut *columns {
            *only = width;
            return columns;
        }
        let spare = u16::try_from(there.saturating_sub(used(&columns))).unwrap_or(0);
        let fixed = |column: Column| self.0.iter().any(|chosen| chosen.column == column && chosen.width.is_some());
        let long: Vec<_> = [Asset, Signature].into_iter().filter(|column| !fixed(*column)).collect();
        let taking: Vec<_> = (0..columns.len()).filter(|at| long.contains(&columns[*at].0)).collect();
        let taking = if taking.is_empty() { vec![columns.len() - 1] } else { taking };
        for (nth, at) in taking.iter().enumerate() {
            let parts = u16::try_from(taking.len()).unwrap_or(1);
            let last = nth + 1 == taking.len();
            columns[*at].1 += if last { spare - spare / parts * (parts - 1) } else { spare / parts };
        }
        columns
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_fills_its_width_exactly() {
        for (width, sla) in (38..300).flat_map(|width| [(width, false), (width, true)]) {
            let used: u16 = Columns::default().plan(width, sla).iter().map(|(_, width)| width + 1).sum();
            assert_eq!(used, width + 1, "{width}");
        }
    }

    #[test]
    fn columns_are_read_as_they_are_named() {
        let columns: Columns = "Score severity asset=20 sla score signature=0".parse().unwrap();
        let read: Vec<_> = columns.0.iter().map(|chosen| (chosen.column, chosen.width)).collect();
        assert_eq!(read, [(Score, None), (Severity, None), (Asset, Some(20)), (Sla, None), (Signature, None)]);
        assert_eq!("scores".parse::<Columns>(), Err(NoColumn("scores".into())));
        assert_eq!("asset=wide".parse::<Columns>(), Err(NoColumn("asset=wide".into())));
        assert_eq!("".parse(), Ok(Columns::default()));
    }

    #[test]
    fn where_there_is_little_room_what_matters_least_goes() {
        let columns: Columns = "category instance score asset".parse().unwrap();
        let kept: Vec<_> = columns.plan(38, false).into_iter().map(|(column, _)| column).collect();
        assert_eq!(kept, [Instance, Score, Asset]);
    }

    proptest! {
        #[test]
        fn whatever_is_chosen_fills_the_row(
            chosen in proptest::collection::vec((0..16_usize, proptest::option::of(2..60_u16)), 0..16),
            width in 1..300_u16,
        ) {
            let mut columns = Columns::default();
            for (at, width) in chosen {
                let column = Column::ALL[at];
                if columns.0.iter().all(|known| known.column != column) {
                    columns.0.push(Chosen { column, width });
                }
            }
            let plan = columns.plan(width, true);
            let used: u16 = plan.iter().map(|(_, width)| width + 1).sum();
            prop_assert_eq!(used, width + 1);
        }
    }
}
