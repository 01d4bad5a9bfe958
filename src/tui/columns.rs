//! Which columns an incident's row has in how much room. What matters less goes first.

/// A column of the incidents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
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
}

use Column::{Again, Age, Asset, Count, Owner, Score, Severity, Signature, Status, Tenant, Tools};

/// Columns with their widths for a row of `width`. What is left over goes to asset and signature.
pub fn plan(width: u16) -> Vec<(Column, u16)> {
    let mut columns: Vec<(Column, u16)> = match width {
        0..68 => vec![(Score, 4), (Severity, 6), (Age, 3), (Asset, 8), (Signature, 8), (Count, 4)],
        68..100 => vec![
            (Score, 4),
            (Severity, 10),
            (Age, 3),
            (Tenant, 10),
            (Asset, 10),
            (Signature, 10),
            (Count, 4),
            (Again, 4),
            (Status, 4),
        ],
        100..130 => vec![
            (Score, 4),
            (Severity, 10),
            (Age, 3),
            (Tenant, 14),
            (Asset, 14),
            (Signature, 16),
            (Count, 5),
            (Again, 8),
            (Owner, 8),
            (Status, 8),
        ],
        _ => vec![
            (Score, 4),
            (Severity, 10),
            (Age, 3),
            (Tenant, 16),
            (Asset, 16),
            (Signature, 18),
            (Count, 5),
            (Again, 8),
            (Tools, 18),
            (Owner, 10),
            (Status, 12),
        ],
    };
    let used: u16 = columns.iter().map(|(_, width)| width + 1).sum();
    // The last column needs no gap behind it.
    let spare = (width + 1).saturating_sub(used);
    for (column, room) in &mut columns {
        match column {
            Asset => *room += spare / 2,
            Signature => *room += spare - spare / 2,
            _ => {}
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fills_its_width_exactly() {
        for width in 38..300 {
            let used: u16 = plan(width).iter().map(|(_, width)| width + 1).sum();
            assert_eq!(used, width + 1, "{width}");
        }
    }
}
