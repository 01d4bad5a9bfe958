//! Every theme can be read where it names what it is written on, and tells the severities apart for everybody.

use super::*;

#[test]
fn every_theme_has_every_role() {
    for (place, role) in ROLES.into_iter().enumerate() {
        assert_eq!(role as usize, place);
    }
    for (name, ..) in THEMES {
        assert_eq!(Look::new(name, Depth::Rgb, false).unwrap().name, name);
    }
    assert_eq!(Look::new("pink", Depth::Rgb, false), Err(BadTheme::Unknown("pink".into())));
}

#[test]
fn without_colour_no_colour_is_left_and_a_selected_row_still_stands_out() {
    let all_without = THEMES.map(|(name, ..)| Look::new(name, Depth::None, false).unwrap());
    for look in all_without.into_iter().chain([Look::new("mono", Depth::Rgb, false).unwrap()]) {
        let name = &look.name;
        for role in ROLES {
            let style = look.style(role);
            assert!(matches!(style.fg, None | Some(Color::Reset)), "{name} {role:?}");
            assert!(matches!(style.bg, None | Some(Color::Reset)), "{name} {role:?}");
        }
        for role in [Role::Selected, Role::Trouble, Role::Breached] {
            assert!(look.style(role).add_modifier.contains(Modifier::REVERSED), "{name} {role:?}");
        }
        assert!(look.style(Role::Critical).add_modifier.contains(Modifier::BOLD), "{name}");
    }
}

#[test]
fn a_severity_has_a_weight_of_its_own_beside_its_colour() {
    for (name, ..) in THEMES {
        let look = Look::new(name, Depth::Rgb, false).unwrap();
        for severity in [Severity::High, Severity::Critical] {
            assert!(look.severity(severity).add_modifier.contains(Modifier::BOLD), "{name} {severity}");
        }
        assert!(!look.severity(Severity::Medium).add_modifier.contains(Modifier::BOLD), "{name}");
    }
}

#[test]
fn a_users_theme_stands_on_another_one_and_a_broken_one_is_named() {
    let own = |text: &str| Themes::new(vec![("mine".into(), text.into()), ("dark".into(), "dim = {}".into())]);
    let themes = own("base = \"light\"\ncritical = { fg = \"#112233\" }");
    let look = themes.look("mine", Depth::Rgb, false).unwrap();
    assert_eq!(look.style(Role::Critical).fg, Some(Color::Rgb(0x11, 0x22, 0x33)));
    assert_eq!(look.style(Role::Text), Look::new("light", Depth::Rgb, false).unwrap().style(Role::Text));
    assert_eq!(themes.all().len(), THEMES.len() + 1, "one of the same name takes ours's place");
    assert_eq!(themes.look("dark", Depth::Rgb, false).unwrap().style(Role::Dim), Style::new());
    for (wrong, says) in [
        ("critical = { fg = \"reddish\" }", "a colour is #rrggbb or a name such as light-red"),
        ("crtical = {}", "unknown variant `crtical`"),
        ("critical = { blink = true }", "unknown field `blink`"),
        ("base = \"pink\"", "base is the name of a theme that comes with the program"),
        ("critical = {", ""),
    ] {
        let mistakes = own(wrong).mistakes();
        assert_eq!(mistakes.len(), 1, "{wrong}");
        assert!(mistakes[0].to_string().contains(says), "{}", mistakes[0]);
    }
}

/// Linear light of an sRGB part. IEC 61966-2-1; WCAG 2 uses the same.
fn linear(part: u8) -> f64 {
    let part = f64::from(part) / 255.0;
    if part <= 0.03928 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
}

/// WCAG's relative luminance, then its contrast ratio.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let light = |[r, g, b]: [u8; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    let (a, b) = (light(a) + 0.05, light(b) + 0.05);
    a.max(b) / a.min(b)
}

const GROUNDED: [(&str, f64); 4] = [("dark", 4.5), ("light", 4.5), ("high-contrast", 7.0), ("colour-blind-safe", 4.5)];

#[test]
fn what_is_written_can_be_read_on_every_ground_it_is_written_on() {
    for (name, least) in GROUNDED {
        let look = Look::new(name, Depth::Rgb, false).unwrap();
        let ground = |role: Role| look.style(role).bg.and_then(colour::rgb);
        for role in ROLES.into_iter().filter(|role| *role != Role::Rule) {
            let Some(ink) = look.style(role).fg.and_then(colour::rgb) else { continue };
            for under in [Role::Text, Role::Popup] {
                let ground = ground(role).or_else(|| ground(under)).unwrap();
                let ratio = contrast(ink, ground);
                assert!(ratio >= least, "{name}: {role:?} on {under:?} has {ratio:.1}:1");
            }
            // A selected row keeps its own inks where the theme gives it none.
            if look.style(Role::Selected).fg.is_none() && ground(role).is_none() {
                let ratio = contrast(ink, ground(Role::Selected).unwrap());
                assert!(ratio >= 4.5, "{name}: {role:?} selected has {ratio:.1}:1");
            }
        }
    }
}

#[test]
fn the_nearest_of_256_colours_can_be_read_as_well() {
    for (name, _) in GROUNDED {
        let look = Look::new(name, Depth::Indexed, false).unwrap();
        for role in ROLES.into_iter().filter(|role| *role != Role::Rule) {
            let part = |colour: Option<Color>| colour.and_then(colour::rgb);
            let Some(ink) = part(look.style(role).fg) else { continue };
            let ground = part(look.style(role).bg).or_else(|| part(look.style(Role::Text).bg)).unwrap();
            let ratio = contrast(ink, ground);
            assert!(ratio >= 4.5, "{name}: {role:?} has {ratio:.1}:1");
        }
    }
}

/// What somebody without the cones for red, or for green, sees: Viénot, Brettel and Mollon 1999, in linear light.
fn seen_without(green: bool, colour: [u8; 3]) -> [f64; 3] {
    let [r, g, b] = colour.map(linear);
    // Both rows of red and green become one: the eye has one cone left for them.
    let (one, blue) = if green {
        (0.29275 * r + 0.70725 * g, -0.02234 * r + 0.02234 * g + b)
    } else {
        (0.11238 * r + 0.88762 * g, 0.00401 * r - 0.00401 * g + b)
    };
    [one, one, blue.clamp(0.0, 1.0)]
}

/// CIE 1976 L*a*b* of linear sRGB, white D65.
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
    let x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
    let y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
    let z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[test]
fn severities_are_told_apart_without_the_cones_for_red_or_for_green() {
    let look = Look::new("colour-blind-safe", Depth::Rgb, false).unwrap();
    let inks = Severity::ALL.map(|severity| look.severity(severity).fg.and_then(colour::rgb).unwrap());
    for green in [false, true] {
        for (at, one) in inks.iter().enumerate() {
            for other in &inks[at + 1..] {
                let (a, b) = (lab(seen_without(green, *one)), lab(seen_without(green, *other)));
                let distance = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                // 2.3 can just be told apart side by side; an eye that sweeps over a wall needs ten times that.
                assert!(distance >= 25.0, "{one:?} and {other:?}: {distance:.1}");
            }
        }
    }
}
