//! What people type about a window, read into one: fields, and `asset=web-* for=2h reason=…` as a command's argument.

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Time};

use crate::core::limit::Limit;
use crate::core::silence::{Matcher, Window};
use crate::core::time::{Moment, Span};
use crate::core::zone::Zone;

/// A field of a window, as people fill it in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// Whose it is.
    Tenant,
    /// See [`Matcher::asset`].
    Asset,
    /// See [`Matcher::signature`].
    Signature,
    /// See [`Matcher::at_most`].
    AtMost,
    /// See [`Window::begins_at`].
    Begins,
    /// See [`Window::lasts`].
    Lasts,
    /// See [`Window::repeats`].
    Repeats,
    /// See [`Window::zone`].
    Zone,
    /// See [`Window::until`].
    Until,
    /// See [`Window::reason`].
    Reason,
}

impl Field {
    /// All, in the order of the form.
    pub const ALL: [Self; 10] = [
        Self::Tenant,
        Self::Asset,
        Self::Signature,
        Self::AtMost,
        Self::Begins,
        Self::Lasts,
        Self::Repeats,
        Self::Zone,
        Self::Until,
        Self::Reason,
    ];

    /// What the form calls it.
    pub const fn label(self) -> &'static str {
        self.words().0
    }

    /// What an answer looks like.
    pub const fn hint(self) -> &'static str {
        self.words().2
    }

    /// Label, names as an argument, and what an answer looks like.
    const fn words(self) -> (&'static str, &'static [&'static str], &'static str) {
        match self {
            Self::Tenant => ("tenant", &["tenant"], "a tenant's id"),
            Self::Asset => ("asset", &["asset"], "a glob: web-01, web-*; empty: every asset"),
            Self::Signature => ("signature", &["sig", "signature"], "a glob: disk*; empty: every signature"),
            Self::AtMost => ("at most", &["sev", "severity", "most"], "low, medium, high; empty: however bad"),
            Self::Begins => ("begins", &["begins", "from"], "now, +2h, 22:00, sat 22:00, 2026-01-31 22:00"),
            Self::Lasts => ("lasts", &["for", "lasts"], "30m, 2h, 1d; each time, at most 30d"),
            Self::Repeats => ("repeats", &["repeats"], "once, daily, weekly mon,wed, weekly mon-fri, monthly 15"),
            Self::Zone => ("zone", &["zone"], "UTC, Europe/Vilnius: whose clocks the times are of"),
            Self::Until => ("until", &["until"], "2026-03-01, +30d; empty: until somebody ends it"),
            Self::Reason => ("reason", &["reason", "why"], "why, for those who will miss an alert"),
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.words().1.contains(&name))
    }
}

/// A field with what is wrong with it.
pub type Wrong = (Field, String);

/// Reads a window. `text` gives each field's; what is not asked for is as in `of`, when that is what is being changed.
pub fn window(text: impl Fn(Field) -> String, of: Option<&Window>, now: Moment) -> Result<Window, Wrong> {
    let wrong = |field, why: &dyn std::fmt::Display| (field, why.to_string());
    let zone: Zone = text(Field::Zone).trim().parse().map_err(|error| wrong(Field::Zone, &error))?;
    let begins = text(Field::Begins);
    // The form has no seconds: what was not touched stays as it was.
    let untouched = of.filter(|of| of.zone == zone && shown(of.begins_at, &zone) == begins.trim());
    let begins_at = match untouched {
        Some(of) => of.begins_at,
        None => moment(&begins, now, &zone).ok_or_else(|| wrong(Field::Begins, &Field::Begins.hint()))?,
    };
    let lasts = text(Field::Lasts).parse::<Limit>().map_err(|error| wrong(Field::Lasts, &error))?;
    let lasts = lasts.0.ok_or_else(|| wrong(Field::Lasts, &Field::Lasts.hint()))?;
    let repeats = text(Field::Repeats).parse().map_err(|error| wrong(Field::Repeats, &error))?;
    let until = match text(Field::Until).trim() {
        "" => None,
        until => Some(moment(until, now, &zone).ok_or_else(|| wrong(Field::Until, &Field::Until.hint()))?),
    };
    let reason = text(Field::Reason).trim().to_owned();
    let window = Window {
        number: of.map_or(0, |of| of.number),
        matches: matcher(&text)?,
        begins_at,
        lasts,
        repeats,
        zone,
        until,
        author: String::new(),
        reason,
        created_at: now,
    };
    window.check(now).map_err(|bad| {
        use crate::core::silence::BadWindow::{Days, Lasts, NoReason, Over, TooLong};
        let field = match bad {
            Lasts => Field::Lasts,
            Days => Field::Repeats,
            Over if window.until.is_some() => Field::Until,
            Over => Field::Begins,
            TooLong if window.reason.len() <= 512 => Field::Asset,
            _ => Field::Reason,
        };
        // What is missing is no mistake yet.
        let say =
            if bad == NoReason { "say why: those who miss an alert will read it".into() } else { bad.to_string() };
        (field, say)
    })?;
    Ok(window)
}

/// Reads what a window matches.
pub fn matcher(text: impl Fn(Field) -> String) -> Result<Matcher, Wrong> {
    let glob = |field| Some(text(field).trim().to_owned()).filter(|text| !text.is_empty());
    let at_most = match text(Field::AtMost).trim() {
        "" => None,
        word => Some(word.parse().map_err(|_| (Field::AtMost, "low, medium, high or critical".into()))?),
    };
    Ok(Matcher { asset: glob(Field::Asset), signature: glob(Field::Signature), at_most })
}

/// A moment as a field has it, on the zone's clocks.
pub fn shown(at: Moment, zone: &Zone) -> String {
    zone.local(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// `now`, `+2h`, `22:00`, `sat 22:00`, `2026-01-31`, `2026-01-31 22:00`, or RFC 3339.
pub fn moment(text: &str, now: Moment, zone: &Zone) -> Option<Moment> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("now") {
        return Some(now);
    }
    if let Some(length) = text.strip_prefix('+') {
        return Some(now + length.parse::<Limit>().ok()?.0?);
    }
    if let Ok(at) = Moment::parse(text) {
        return Some(at);
    }
    if let Ok(local) = text.replace(' ', "T").parse::<DateTime>() {
        return Some(zone.moment(local));
    }
    let (day, time) = text.split_once(char::is_whitespace).unwrap_or(("", text));
    let time: Time = format!("{:0>5}", time.trim()).parse().ok()?;
    let (today, day) = (zone.local(now).date(), day.to_lowercase());
    let wanted = |date: Date| {
        let name = date.strftime("%a").to_string().to_lowercase();
        match &*day {
            "" => true,
            "today" => date == today,
            "tomorrow" => today.tomorrow().is_ok_and(|tomorrow| tomorrow == date),
            day => day.len() >= 3 && day.starts_with(&name),
        }
    };
    // The first such time that is still to come: the time of today may be over.
    (0..=7).filter_map(|days| today.checked_add(days.days()).ok()).filter(|date| wanted(*date)).find_map(|date| {
        let at = zone.moment(date.to_datetime(time));
        (at + Span::MINUTE > now).then_some(at)
    })
}

/// Reads an argument: `asset=web-* repeats="weekly sun" reason=new disks`. A value goes on until the next field; at the beginning
/// may stand how long it lasts, and after that the reason.
pub fn fields(argument: &str) -> Result<Vec<(Field, String)>, String> {
    let mut found: Vec<(Field, String)> = Vec::new();
    for word in words(argument) {
        let named = word.split_once('=').and_then(|(name, value)| Some((Field::named(name)?, value)));
        let plain = word.replace('"', "");
        match (named, &mut found[..]) {
            (Some((field, value)), _) => found.push((field, value.replace('"', ""))),
            (None, []) if word.parse::<Limit>().is_ok() => found.push((Field::Lasts, word)),
            (None, [(Field::Lasts, _)]) => found.push((Field::Reason, plain)),
            (None, [.., (_, value)]) => {
                value.push(' ');
                value.push_str(&plain);
            }
            (None, []) => {
                let names: Vec<_> = Field::ALL.into_iter().map(|field| field.words().1[0]).collect();
                return Err(format!("{word}: write how long, or fields as {}=…", names.join("= ")));
            }
        }
    }
    Ok(found)
}

/// Split at spaces that are not within quotes.
fn words(text: &str) -> Vec<String> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    });
    parts.filter(|part| !part.is_empty()).map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn moments_are_read_as_people_write_them() {
        let now = at("2026-01-31T03:12:40Z");
        let zone: Zone = "Europe/Vilnius".parse().unwrap();
        for (text, wanted) in [
            ("now", "2026-01-31T03:12:40Z"),
            ("+2h", "2026-01-31T05:12:40Z"),
            ("22:00", "2026-01-31T20:00:00Z"),
            ("4:30", "2026-02-01T02:30:00Z"),
            ("tomorrow 22:00", "2026-02-01T20:00:00Z"),
            ("today 22:00", "2026-01-31T20:00:00Z"),
            ("sun 22:00", "2026-02-01T20:00:00Z"),
            ("Saturday 4:00", "2026-02-07T02:00:00Z"),
            ("2026-02-03 22:00", "2026-02-03T20:00:00Z"),
            ("2026-07-03", "2026-07-02T21:00:00Z"),
            ("2026-02-03T22:00:00Z", "2026-02-03T22:00:00Z"),
        ] {
            assert_eq!(moment(text, now, &zone), Some(at(wanted)), "{text}");
        }
        for wrong in ["", "soon", "25:00", "+", "+off", "xyz 22:00", "2026-13-01", "s 22:00"] {
            assert_eq!(moment(wrong, now, &zone), None, "{wrong}");
        }
    }

    #[test]
    fn an_argument_is_fields_with_their_values() {
        let read = |text: &str| fields(text).unwrap();
        let expected = [
            (Field::Asset, "web-*".to_owned()),
            (Field::Lasts, "2h".to_owned()),
            (Field::Repeats, "weekly sun".to_owned()),
            (Field::Reason, "new disks, x=y".to_owned()),
        ];
        assert_eq!(read("asset=web-* for=2h repeats=\"weekly sun\" reason=new disks, x=y"), expected);
        assert_eq!(read("2h new disk"), [(Field::Lasts, "2h".to_owned()), (Field::Reason, "new disk".to_owned())]);
        assert_eq!(read("reason=\"for=2h is not meant\""), [(Field::Reason, "for=2h is not meant".to_owned())]);
        assert!(fields("colour=red").unwrap_err().contains("tenant="));
    }

    #[test]
    fn mistakes_are_told_at_their_field() {
        let good = |field| match field {
            Field::Zone => "UTC",
            Field::Begins => "now",
            Field::Lasts => "2h",
            Field::Repeats => "once",
            Field::Reason => "new disks",
            _ => "",
        };
        let now = at("2026-01-31T03:12:40Z");
        let with = |field: Field, text: &str| {
            let text = text.to_owned();
            window(move |asked| if asked == field { text.clone() } else { good(asked).into() }, None, now)
        };
        assert_eq!(with(Field::Asset, " web-* ").unwrap().matches.asset.as_deref(), Some("web-*"));
        for (field, text) in [
            (Field::Zone, "Mars/Olympus"),
            (Field::Begins, "soon"),
            (Field::Begins, "2026-01-30"),
            (Field::Lasts, "31d"),
            (Field::Lasts, "off"),
            (Field::Repeats, "yearly"),
            (Field::Until, "later"),
            (Field::AtMost, "bad"),
            (Field::Reason, " "),
        ] {
            assert_eq!(with(field, text).unwrap_err().0, field, "{text}");
        }
    }
}
