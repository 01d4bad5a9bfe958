//! The tasks of `docs/tasks.md`, played as they are written there against a living engine: each must come to what it says, in
//! as many keys as it says.

use super::fixture::{NOW, World, busy_night, draw, in_front_of, in_reach, text, work};
use crate::core::execution::Stage;
use crate::core::id::IncidentId;
use crate::core::incident::Status;
use crate::core::severity::Severity;
use crate::core::time::Span;
use crate::tui::app::App;
use crate::tui::panes::Pane;

const SIZE: (u16, u16) = (80, 24);

/// The night, with an incident that is like the selected one, and two hundred tenants when `many`.
fn world(many: bool) -> World {
    let mut world = busy_night();
    world.alert(Span::minutes(1), "comp_acme", "Zabbix", Severity::Low, "payment-gw", "errors");
    world.alert(Span::SECOND, "comp_gale", "Scada", Severity::High, "turbine-3", "blade_ice");
    let mut world = in_reach(world, Span::SECOND);
    if many {
        let first = ["Green", "Blue", "Harbour", "North", "Silver", "Quiet", "Old", "Upper", "Stone", "Winter"];
        let second = [
            "Foods",
            "Labs",
            "Motors",
            "Press",
            "Clinic",
            "Timber",
            "Yachts",
            "Solar",
            "Rail",
            "Games",
            "Books",
            "Dairy",
            "Insurance",
            "Kitchens",
            "Optics",
            "Pumps",
            "Textiles",
            "Vans",
            "Works",
            "Air",
        ];
        for (a, one) in first.iter().enumerate() {
            for (b, two) in second.iter().enumerate() {
                world.tenant(&format!("comp_{a}{b}"), &format!("{one} {two}"), |_| {});
            }
        }
    }
    world
}

fn shown(app: &App) -> String {
    text(&draw(app, SIZE.0, SIZE.1))
}

/// Whether a task was done. `first` is the incident that was selected.
fn done(task: &str, world: &World, app: &App, first: &IncidentId) -> bool {
    let incident = world.engine.incident(first).unwrap();
    let shows = |part: &str| shown(app).contains(part);
    match task {
        "take a new critical: acknowledged and mine" => {
            incident.status == Status::Acknowledged && incident.assigned_to.as_deref() == Some("priya")
        }
        "see why it is on top, term by term" => {
            shows("+20 payment-gw is on the list of critical assets") && shows("3 tools report it")
        }
        "see what helped the last time" => shows("restarted the connection pool"),
        "read the request that an alert came in" => shows("message: \"p99 4.2 s\""),
        "show one tenant among 200" => app.narrowed.as_ref().is_some_and(|id| id.as_str() == "comp_00"),
        "acknowledge for two hours and say why" => {
            incident.acknowledged_until == Some(NOW + Span::hours(2))
                && incident.acknowledged_because.as_deref() == Some("parts")
        }
        "snooze for two hours" => incident.snoozed_until == Some(NOW + Span::hours(2)),
        "hand to sam" => incident.assigned_to.as_deref() == Some("sam"),
        "escalate to the lead on call" => incident.escalations == 1,
        "resolve with a note" => incident.status == Status::Resolved && world.says(first, "disk full"),
        "merge into the likeliest other incident" => {
            incident.merged_into.as_ref().is_some_and(|into| world.engine.incident(into).unwrap().signature == "errors")
        }
        "split two alerts off" => incident.alert_count == 3,
        "correlate waiting alerts by hand" => {
            let gale = "comp_gale".parse().unwrap();
            world.engine.incidents(&gale).any(|incident| incident.alert_count == 4)
        }
        "take the last change back" => incident.status == Status::New && incident.assigned_to.is_none(),
        "acknowledge everything that is shown" => {
            app.incidents.rows.iter().all(|incident| incident.status != Status::New)
        }
        "silence it while a deploy runs" => incident.silenced_by.is_some(),
        "from a new critical elsewhere to a shell on its machine" => {
            app.driven().any(|session| session.wish.incident.as_ref() == Some(first)) && app.focus == Pane::Session
        }
        "show only criticals" => app.incidents.rows.len() == 1 && shows("sev:c"),
        "show a saved view" => app.incidents.rows.iter().all(|incident| incident.company_id.as_str() == "comp_cobalt"),
        "find a closed incident and open it" => {
            app.subject().is_some_and(|shown| shown.status == Status::Resolved) && app.popups.is_empty()
        }
        "disk evidence on a machine" => {
            let tenant = "comp_acme".parse().unwrap();
            world.engine.executions(&tenant).any(|execution| execution.stage == Stage::Running) && shows("runs")
        }
        "run uptime on a machine" => shows("uptime on payment-gw"),
        other => panic!("nobody knows when this is done: {other}"),
    }
}

#[test]
fn every_task_of_the_document_is_done_by_its_keys_and_as_many_of_them_as_it_says() {
    let document = include_str!("../../../docs/tasks.md");
    let rows = document.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        let (task, keys, count) = (cells.next()?, cells.next()?, cells.next()?);
        Some((task, keys.strip_prefix('`')?.strip_suffix('`')?, count.parse::<usize>().ok()?))
    });
    let mut played = 0;
    for (task, keys, count) in rows {
        let mut world = world(task.contains("200"));
        let mut app = in_front_of(&world, SIZE.0, SIZE.1);
        let first = app.incidents.selected().unwrap().id.clone();
        assert_eq!(first.to_string(), "comp_acme-i1");
        if task == "take the last change back" {
            work(&mut app, &mut world, "m", SIZE);
        }
        if task.contains("critical elsewhere") {
            work(&mut app, &mut world, "j j", SIZE);
        }
        if task == "show a saved view" {
            work(&mut app, &mut world, "/ 'tenant:cobalt' enter ctrl-s '1 cobalt' enter / ctrl-u enter g g", SIZE);
        }
        assert!(!done(task, &world, &app, &first), "{task}: done before it is begun");
        assert_eq!(work(&mut app, &mut world, keys, SIZE), count, "{task}");
        assert!(done(task, &world, &app, &first), "{task}: not done\n{}", shown(&app));
        played += 1;
    }
    assert!(played >= 12, "{played}");
}

#[test]
fn the_promised_counts_are_kept() {
    let document = include_str!("../../../docs/tasks.md");
    let count = |task: &str| -> usize {
        let row = document.lines().find(|line| line.contains(task)).unwrap();
        row.trim_end_matches(" |").rsplit(' ').next().unwrap().parse().unwrap()
    };
    assert!(count("take a new critical") <= 2);
    assert!(count("among 200") <= 4);
    assert!(count("disk evidence") <= 3);
    assert!(count("to a shell") <= 3);
}
