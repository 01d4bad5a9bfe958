//! A tenant's machines at a seat: listed, verified, and new ones prepared; and the secret that is shown once.

use super::fixture::{
    NOW, World, draw, in_front_of, night, play, press, seat_with, settled, show, text, type_in, with_styles,
};
use super::screens::at_four_sizes_of;
use crate::core::access::Verified;
use crate::core::credentials::Secret;
use crate::core::execution::order::Platform;
use crate::core::node::{Activation, Code, Node};
use crate::core::time::Span;
use crate::link::remote::{Nodes, Reached, Remote};
use crate::link::{Refusal, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::machines::Question;
use crate::tui::popups::Popup;

const CODE: &str = "PlantedActivation1";

fn node(instance: &str, name: &str, system: &str, ip: &str, silent: Option<i64>) -> Node {
    Node {
        instance: instance.parse().unwrap(),
        name: name.into(),
        platform: if system.starts_with("Micro") { Platform::Windows } else { Platform::Linux },
        system: system.into(),
        ip: ip.into(),
        agent_version: "3.3.987.0".into(),
        online: silent.is_none(),
        last_ping_at: Some(NOW - Span(silent.unwrap_or(40_000))),
    }
}

/// What whoever reaches AWS answers, in an account of four machines.
pub fn reached(question: &Question) -> Reached {
    match question {
        Question::Nodes(_) => {
            let nodes = vec![
                node("i-0123456789abcdef0", "payment-gw", "Ubuntu 24.04", "10.0.1.7", None),
                node("i-0fedcba9876543210", "db-01", "Amazon Linux 2023", "10.0.1.9", None),
                node("mi-0123456789abcdef0", "till-3\u{202e}", "Microsoft Windows Server 2022", "192.168.4.3", None),
                node("mi-0fedcba9876543210", "backup", "Debian 12", "192.168.4.9", Some(4 * 3_600_000)),
            ];
            Reached::Nodes(Box::new(Nodes { nodes, at: NOW - Span::minutes(2) }))
        }
        Question::Verify(_) => Reached::Verified(Box::new(Verified {
            base: Ok("arn:aws:sts::999999999999:assumed-role/msp-ops/priya".into()),
            role: Err(
                "the role does not let us in: set sts:ExternalId in its trust policy to alert-whisperer-acme".into()
            ),
            nodes: Err("not known: we are not in".into()),
            trust_policy: "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": []\n}".into(),
            permission_policy: "{\n  \"Action\": [\"ssm:SendCommand\"]\n}".into(),
        })),
        Question::Activate(_) => Reached::Activated(Box::new(Activation {
            id: "7f0c2b1e-0000-4000-8000-000000000001".into(),
            code: Code(Secret::new(CODE)),
            command: Code(Secret::new(format!(
                "sudo amazon-ssm-agent -register -code \"{CODE}\" -id \"7f0c2b1e-0000-4000-8000-000000000001\" \
                 -region \"us-east-1\""
            ))),
            expires_at: NOW + Span::DAY,
        })),
    }
}

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &toast.text)
}

fn asked(effects: &[Effect]) -> String {
    match effects {
        [Effect::Ask(Purpose::Machines(_), Request::Remote(remote))] => match remote {
            Remote::Nodes { tenant, fresh } => format!("nodes {tenant} {fresh}"),
            Remote::Verify { tenant } => format!("verify {tenant}"),
            Remote::Activate { tenant, name, platform } => format!("activate {tenant} {name} {platform:?}"),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn answered(app: &mut App, world: &World, effects: &[Effect]) {
    let (purpose, reply) = world.answer(&effects[0]).unwrap();
    app.answered(purpose, Ok(reply));
    settled(app, world, 80, 24);
}

#[test]
fn machines_are_those_of_whoever_is_meant() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    assert_eq!(asked(&press(&mut app, "K")), "nodes comp_acme false", "of the selected incident");
    press(&mut app, "esc j j g t j j");
    let selected = app.tenants.selected().unwrap().id.clone();
    assert_eq!(asked(&press(&mut app, "K")), format!("nodes {selected} false"), "of the selected tenant");
    press(&mut app, "esc :");
    type_in(&mut app, "machines comp_fjord");
    assert_eq!(asked(&press(&mut app, "enter")), "nodes comp_fjord false");
    assert_eq!(asked(&press(&mut app, "r")), "nodes comp_fjord true", "anew, however fresh");
    assert_eq!(asked(&press(&mut app, "v")), "verify comp_fjord");
}

#[test]
fn how_old_the_list_is_is_said_and_what_is_known_stays_when_aws_does_not_answer() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "K", (80, 24));
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("3 of 4 online, as of 2m ago"), "{shown}");
    assert!(shown.contains("offline 4h") && !shown.contains('\u{202e}'), "{shown}");
    app.tick(NOW + Span::minutes(3));
    assert!(text(&draw(&app, 80, 24)).contains("as of 5m ago"));
    let effects = press(&mut app, "r");
    assert!(text(&draw(&app, 80, 24)).contains("asking AWS…"));
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Err(Refusal::new("aws", "Acme's account throttles us")));
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("payment-gw") && shown.contains("Acme's account throttles us"), "{shown}");
    assert!(!shown.contains("asking AWS"));
}

#[test]
fn a_tenant_without_a_role_says_so_in_the_words_of_whoever_reaches_aws() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    let effects = press(&mut app, "K");
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    let refusal = Refusal::new("no_account", "comp_acme has no AWS role; tenant set comp_acme aws.role_arn=… names it");
    app.answered(purpose.clone(), Err(refusal));
    assert!(text(&draw(&app, 80, 24)).contains("comp_acme has no AWS role"));
}

#[test]
fn machines_are_found_by_words_and_the_selection_stays_with_its_machine() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "K / 'linux online' enter", (80, 24));
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("payment-gw") && shown.contains("db-01") && !shown.contains("till-3"), "{shown}");
    press(&mut app, "j");
    assert!(matches!(&press(&mut app, "c")[..], [Effect::Copy(id)] if id == "i-0fedcba9876543210"));
    play(&mut app, &world, "/ esc", (80, 24));
    assert!(text(&draw(&app, 80, 24)).contains("till-3"));
    assert!(matches!(&press(&mut app, "c")[..], [Effect::Copy(id)] if id == "i-0fedcba9876543210"));
}

#[test]
fn an_activation_is_asked_about_first_and_shown_once() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "K a", (80, 24));
    type_in(&mut app, "mac web-07");
    assert!(press(&mut app, "enter").is_empty());
    assert_eq!(toast(&app), "linux or windows first, then its name");
    press(&mut app, "ctrl-u");
    type_in(&mut app, "linux web 07");
    assert!(press(&mut app, "enter").is_empty(), "it is asked about first");
    assert!(press(&mut app, "n").is_empty(), "and no is no");
    press(&mut app, "a");
    type_in(&mut app, "linux web 07");
    let effects = press(&mut app, "enter y");
    assert_eq!(asked(&effects), "activate comp_acme web 07 Linux");
    answered(&mut app, &world, &effects);
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains(CODE) && shown.contains("this is shown once"), "{shown}");
    let effects = press(&mut app, "c");
    assert!(matches!(&effects[..], [Effect::CopySecret(secret)] if secret.expose().contains(CODE)));
    let everywhere = format!("{effects:?} {:?} {:?} {:?} {}", app.popups, app.log, app.tasks, toast(&app));
    assert!(!everywhere.contains(CODE), "{everywhere}");
    press(&mut app, "esc");
    settled(&mut app, &world, 80, 24);
    assert!(!text(&draw(&app, 80, 24)).contains(CODE));
    assert!(!format!("{app:?}").contains(CODE));
}

#[test]
fn a_long_registration_can_be_read_to_its_end_on_the_smallest_screen() {
    let world = night();
    let mut app = in_front_of(&world, 40, 12);
    play(&mut app, &world, ": 'activate linux web-07' enter y G", (40, 12));
    assert!(text(&draw(&app, 40, 12)).contains("activation code  Planted"), "{}", text(&draw(&app, 40, 12)));
}

#[test]
fn what_the_client_must_grant_is_copied_as_it_is_shown() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, ":");
    type_in(&mut app, "verify comp_acme");
    let effects = press(&mut app, "enter");
    assert!(press(&mut app, "t").is_empty() && toast(&app) == "it has not come yet");
    answered(&mut app, &world, &effects);
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("we are   arn:aws:sts::999999999999:assumed-role/msp-ops/priya"), "{shown}");
    assert!(shown.contains("set sts:ExternalId in its trust policy"), "{shown}");
    assert!(shown.contains("   \"Statement\": []"), "{shown}");
    assert!(matches!(&press(&mut app, "t")[..], [Effect::Copy(text)] if text.contains("\n  \"Statement\": []")));
    assert!(matches!(&press(&mut app, "p")[..], [Effect::Copy(text)] if text.contains("ssm:SendCommand")));
}

#[test]
fn a_read_only_seat_looks_and_activates_nothing() {
    let world = night();
    let mut app = seat_with(|start| start.read_only = true);
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    play(&mut app, &world, "K", (80, 24));
    assert!(press(&mut app, "a").is_empty() && toast(&app).contains("read-only"));
    assert!(matches!(app.popups.last(), Some(Popup::Machines(_))));
    assert_eq!(asked(&press(&mut app, "v")), "verify comp_acme");
}

#[test]
fn as_whom_aws_knows_us_stands_in_the_status_line_once_it_is_known() {
    let mut world = night();
    assert!(!text(&draw(&in_front_of(&world, 120, 40), 120, 40)).contains("aws"));
    world.board.pulse.aws = Some(Ok("arn:aws:sts::999999999999:assumed-role/msp-ops/priya".into()));
    assert!(text(&draw(&in_front_of(&world, 120, 40), 120, 40)).contains("aws msp-ops@999999999999"));
    world.board.pulse.aws = Some(Err("the SSO session has expired: aws sso login".into()));
    let app = in_front_of(&world, 200, 60);
    assert!(text(&draw(&app, 200, 60)).contains("✖ aws: the SSO session has expired: aws sso login"));
    insta::assert_snapshot!("status_aws_40x12", with_styles(&draw(&in_front_of(&world, 40, 12), 40, 12)));
}

#[test]
fn machines_at_their_four_sizes() {
    let world = night();
    at_four_sizes_of(&world, "machines", "K j j");
    at_four_sizes_of(&world, "access", "K v");
    at_four_sizes_of(&world, "activated", ": 'activate linux web-07' enter y");
}
