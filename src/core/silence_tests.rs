use proptest::prelude::*;

use super::*;

fn at(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}

fn window(begins: &str, lasts: Span, repeats: &str, zone: &str) -> Window {
    Window {
        number: 1,
        matches: Matcher::default(),
        begins_at: at(begins),
        lasts,
        repeats: repeats.parse().unwrap(),
        zone: zone.parse().unwrap(),
        until: None,
        author: "priya".into(),
        reason: "patching".into(),
        created_at: at(begins),
    }
}

/// The first times of a window, as beginnings in universal time.
fn times(window: &Window, count: usize) -> Vec<String> {
    let mut after = window.begins_at - Span(1);
    let mut all = Vec::new();
    for _ in 0..count {
        let Some(begin) = window.next_begin(after) else { break };
        all.push(begin.to_string()[..16].to_owned());
        after = begin;
    }
    all
}

#[test]
fn once_is_on_from_its_beginning_and_off_at_its_end() {
    let once = window("2026-01-31T22:00:00Z", Span::hours(2), "once", "UTC");
    let end = at("2026-02-01T00:00:00Z");
    assert!(!once.covers(once.begins_at - Span(1)) && once.covers(once.begins_at));
    assert!(once.covers(end - Span(1)) && !once.covers(end));
    assert_eq!(once.next_change(Moment(0)), Some(once.begins_at));
    assert_eq!(once.next_change(once.begins_at), Some(end));
    assert_eq!((once.next_change(end), once.is_over(end), once.is_over(end - Span(1))), (None, true, false));
    assert_eq!((once.last_end(), once.ends_at(once.begins_at)), (Some(end), Some(end)));
    assert_eq!(once.reminds_at(), Some(end - Span::minutes(15)));
    let short = Window { lasts: Span::minutes(20), ..once };
    assert_eq!(short.reminds_at(), Some(short.begins_at + Span::minutes(15)));
}

#[test]
fn weekly_keeps_its_local_time_across_both_changes_of_clocks() {
    let spring = window("2026-03-22T02:30:00+02:00", Span::hours(1), "weekly sun", "Europe/Vilnius");
    // 29 March has no 03:30; clocks go from 03:00 to 04:00.
    assert_eq!(times(&spring, 3), ["2026-03-22T00:30", "2026-03-29T00:30", "2026-04-04T23:30"]);
    let gap = window("2026-03-22T03:30:00+02:00", Span::hours(1), "weekly sun", "Europe/Vilnius");
    assert_eq!(times(&gap, 3), ["2026-03-22T01:30", "2026-03-29T01:30", "2026-04-05T00:30"]);
    let autumn = window("2026-10-18T03:30:00+03:00", Span::hours(1), "weekly sun", "Europe/Vilnius");
    // 25 October has 03:30 twice: the first counts, and only that.
    assert_eq!(times(&autumn, 3), ["2026-10-18T00:30", "2026-10-25T00:30", "2026-11-01T01:30"]);
    assert!(!autumn.covers(at("2026-10-25T01:30:00Z")), "an hour lasts an hour");
    let second = window("2026-10-25T03:30:00+02:00", Span::hours(1), "weekly sun", "Europe/Vilnius");
    assert_eq!(times(&second, 2), ["2026-10-25T01:30", "2026-11-01T01:30"]);
}

#[test]
fn weekly_comes_on_its_days_only_and_first_on_the_first_of_them() {
    let window = window("2026-01-27T20:00:00Z", Span::hours(4), "weekly mon,wed", "UTC");
    assert_eq!(times(&window, 3), ["2026-01-28T20:00", "2026-02-02T20:00", "2026-02-04T20:00"]);
    assert!(!window.covers(at("2026-01-27T21:00:00Z")));
}

#[test]
fn monthly_falls_on_the_last_day_where_there_is_none_such() {
    let window = window("2026-01-31T22:00:00Z", Span::hours(4), "monthly 31", "UTC");
    let days = times(&window, 5);
    assert_eq!(
        days,
        ["2026-01-31T22:00", "2026-02-28T22:00", "2026-03-31T22:00", "2026-04-30T22:00", "2026-05-31T22:00"]
    );
    let leap = Window { begins_at: at("2028-02-01T22:00:00Z"), ..window };
    assert_eq!(times(&leap, 1), ["2028-02-29T22:00"]);
}

#[test]
fn until_ends_the_row_but_not_the_time_under_way() {
    let mut window = window("2026-01-05T22:00:00Z", Span::hours(4), "daily", "UTC");
    window.until = Some(at("2026-01-07T23:00:00Z"));
    assert!(window.covers(at("2026-01-08T01:59:59Z")) && !window.covers(at("2026-01-08T02:00:00Z")));
    assert_eq!(window.last_end(), Some(at("2026-01-08T02:00:00Z")));
    assert_eq!(window.reminds_at(), Some(at("2026-01-08T01:45:00Z")));
    assert!(window.is_over(at("2026-01-08T02:00:00Z")) && !window.is_over(at("2026-01-08T01:00:00Z")));
    window.until = Some(at("2026-01-07T22:00:00Z"));
    assert_eq!(window.last_end(), Some(at("2026-01-07T02:00:00Z")), "none begins at the end itself");
    window.until = None;
    assert_eq!(window.last_end(), None);
}

#[test]
fn times_that_overlap_are_one() {
    let mut window = window("2026-01-05T22:00:00Z", Span::hours(30), "weekly mon,tue", "UTC");
    assert_eq!(window.ends_at(window.begins_at), Some(at("2026-01-08T04:00:00Z")));
    window.repeats = "daily".parse().unwrap();
    assert_eq!(window.ends_at(window.begins_at), None, "there is always another");
    assert!(window.covers(at("2027-01-05T22:00:00Z")));
}

#[test]
fn globs_compare_without_case_and_severity_bounds() {
    let matcher =
        Matcher { asset: Some("WEB-*".into()), signature: Some("?isk*".into()), at_most: Some(Severity::Medium) };
    let pattern = matcher.pattern();
    assert!(pattern.matches(" web-01 ", "DISK_full", Severity::Low));
    assert!(!pattern.matches("web-01", "disk_full", Severity::High));
    assert!(!pattern.matches("db-01", "disk_full", Severity::Low) && !pattern.matches("web-01", "cpu", Severity::Low));
    assert_eq!(matcher.to_string(), "WEB-* ?isk* up to medium");
    assert_eq!(Matcher::default().to_string(), "everything");
}

#[test]
fn broad_is_what_leaves_nothing_out() {
    let matcher = |asset: Option<&str>, signature: Option<&str>, at_most| Matcher {
        asset: asset.map(Into::into),
        signature: signature.map(Into::into),
        at_most,
    };
    for broad in
        [Matcher::default(), matcher(Some("*"), Some("**"), None), matcher(Some("?*"), None, Some(Severity::Critical))]
    {
        assert!(broad.is_broad(), "{broad}");
    }
    for narrow in [
        matcher(Some("web-*"), None, None),
        matcher(None, Some("disk"), None),
        matcher(None, None, Some(Severity::High)),
        matcher(Some("????"), None, None),
    ] {
        assert!(!narrow.is_broad(), "{narrow}");
    }
}

#[test]
fn what_cannot_be_had_is_refused_with_its_reason() {
    let good = window("2026-01-31T22:00:00Z", Span::hours(2), "once", "UTC");
    let now = good.begins_at;
    assert_eq!(good.check(now), Ok(()));
    assert_eq!(Window { reason: " ".into(), ..good.clone() }.check(now), Err(BadWindow::NoReason));
    assert_eq!(Window { reason: "x".repeat(513), ..good.clone() }.check(now), Err(BadWindow::TooLong));
    assert_eq!(Window { lasts: Span(30 * Span::DAY.0 + 1), ..good.clone() }.check(now), Err(BadWindow::Lasts));
    assert_eq!(Window { lasts: Span(59_999), ..good.clone() }.check(now), Err(BadWindow::Lasts));
    assert_eq!(Window { repeats: Repeat::Weekly(vec![]), ..good.clone() }.check(now), Err(BadWindow::Days));
    assert_eq!(Window { repeats: Repeat::Monthly(32), ..good.clone() }.check(now), Err(BadWindow::Days));
    assert_eq!(good.check(now + Span::hours(2)), Err(BadWindow::Over));
    let empty = Matcher { asset: Some(String::new()), ..Matcher::default() };
    assert_eq!(Window { matches: empty, ..good.clone() }.check(now), Err(BadWindow::TooLong));
    let past = Window { repeats: Repeat::Monthly(3), until: Some(now), ..good };
    assert_eq!(past.check(now), Err(BadWindow::Over));
}

#[test]
fn repeats_are_read_as_they_are_written() {
    for text in ["once", "daily", "weekly mon,wed", "weekly sat,sun", "monthly 15"] {
        assert_eq!(text.parse::<Repeat>().unwrap().to_string(), text);
    }
    assert_eq!("Weekly Mon-Fri".parse(), Ok(Repeat::Weekly(vec![1, 2, 3, 4, 5])));
    assert_eq!("weekly sat-mon, wednesday".parse(), Ok(Repeat::Weekly(vec![1, 3, 6, 7])));
    assert_eq!("".parse(), Ok(Repeat::Once));
    for wrong in ["weekly", "weekly x", "monthly", "monthly 0", "monthly 32", "yearly", "once more", "weekly mon,"] {
        assert_eq!(wrong.parse::<Repeat>(), Err(NoRepeat), "{wrong}");
    }
}

fn any_window() -> impl Strategy<Value = Window> {
    let zones = prop::sample::select(vec![
        "UTC",
        "Europe/Vilnius",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "America/Sao_Paulo",
    ]);
    let repeats = prop_oneof![
        Just(Repeat::Once),
        prop::collection::btree_set(1..=7_i8, 1..4).prop_map(|days| Repeat::Weekly(days.into_iter().collect())),
        (1..=31_i8).prop_map(Repeat::Monthly),
    ];
    let until = prop::option::of(0..200_i64);
    (zones, repeats, 0..600_000_i64, 1..60_000_i64, until).prop_map(|(zone, repeats, minute, lasts, until)| {
        let begins_at = at("2011-11-01T00:00:00Z") + Span::minutes(minute);
        Window {
            begins_at,
            lasts: Span::minutes(lasts.min(LONGEST.0 / Span::MINUTE.0)),
            repeats,
            until: until.map(|days| begins_at + Span(days * Span::DAY.0)),
            ..window("2026-01-31T22:00:00Z", Span::HOUR, "once", zone)
        }
    })
}

proptest! {
    /// Nothing changes before the next change, and what the days say agrees with what the changes say.
    #[test]
    fn between_changes_nothing_changes(window in any_window(), minute in -1_000..200_000_i64, parts in 1..50_i64) {
        let from = window.begins_at + Span::minutes(minute);
        let on = window.covers(from);
        match window.next_change(from) {
            Some(next) => {
                prop_assert!(next > from);
                for part in 0..parts {
                    let between = from + Span((next - from).0 / parts * part);
                    prop_assert_eq!(window.covers(between), on, "{}", between);
                }
                prop_assert_eq!(window.covers(next - Span(1)), on);
            }
            None => {
                prop_assert!(!on);
                prop_assert!(window.is_over(from));
            }
        }
    }

    /// Each time is at the same local time, on a day that was asked for, whatever the clocks do; but for those left out.
    #[test]
    fn every_time_is_at_its_local_time(window in any_window()) {
        let wanted = window.zone.local(window.begins_at);
        let mut after = window.begins_at;
        for _ in 0..30 {
            let Some(begin) = window.next_begin(after) else { break };
            prop_assert!(begin > after && window.covers(begin));
            prop_assert!(window.until.is_none_or(|until| begin < until));
            let local = window.zone.local(begin);
            let exact = local.time() == wanted.time();
            let left_out = window.zone.moment(local.date().to_datetime(wanted.time()));
            prop_assert!(exact || left_out == begin || local.date() != wanted.date(), "{}", local);
            // Clocks that leave out midnight move a time to the next day.
            let moved = local.date().yesterday().unwrap();
            let moved = window.repeats.falls_on(moved) && window.zone.moment(moved.to_datetime(wanted.time())) == begin;
            prop_assert!(window.repeats.falls_on(local.date()) || moved, "{}", local);
            after = begin;
        }
    }

    /// A row of times with an end has a last end, and is off from then on.
    #[test]
    fn after_the_last_end_it_is_over(window in any_window()) {
        if let Some(end) = window.last_end() {
            prop_assert!(window.covers(end - Span(1)) && window.is_over(end));
            prop_assert!(window.reminds_at().unwrap() < end);
            prop_assert!(window.reminds_at().unwrap() >= end - window.lasts);
        } else {
            prop_assert!(window.until.is_none() || window.is_over(window.begins_at - Span(1)));
        }
    }
}
