use super::*;

fn read(text: &str) -> Result<Config, String> {
    Config::read(text, "config.toml", std::iter::empty()).map_err(|mistake| mistake.to_string())
}

#[test]
fn nothing_is_a_configuration() {
    let config = read("").unwrap();
    assert_eq!(config.receiver.listen, "127.0.0.1:8001");
    assert_eq!(config.receiver.max_body, Size(4 << 20));
    assert_eq!(config.ui.fps, 10);
}

#[test]
fn the_example_is_one_too() {
    let text = include_str!("../../config.example.toml");
    let config = Config::read(text, "config.example.toml", std::iter::empty()).unwrap();
    assert_eq!(config.tenants.len(), 1);
    let line = |line: &str| match line.strip_prefix("# ") {
        Some(setting) if setting.contains(" = ") || setting.starts_with('[') => setting.to_owned(),
        _ => line.to_owned(),
    };
    let uncommented: Vec<String> = text.lines().map(line).collect();
    assert_ne!(uncommented.join("\n"), text.trim_end());
    let uncommented = uncommented.join("\n");
    let all = Config::read(&uncommented, "config.example.toml", std::iter::empty());
    assert_eq!(all.unwrap().technicians.len(), 1);
}

#[test]
fn a_mistake_is_named_with_its_line_and_the_right_spelling() {
    assert_eq!(read("[ui]\ntheme = 'dark'\nfsp = 3").unwrap_err(), "config.toml:3: unknown `fsp`; did you mean `fps`?");
    assert_eq!(
        read("[reciever]\nlisten = 'x'").unwrap_err(),
        "config.toml:1: unknown `reciever`; did you mean `receiver`?"
    );
    assert_eq!(read("\n[ui]\nfps = 100").unwrap_err(), "config.toml:3: `fps` is from 1 to 60");
    assert!(read("[receiver]\nmax_body = '4 MB'").unwrap_err().starts_with("config.toml:2: a size is a number"));
    assert!(read("[receiver").unwrap_err().starts_with("config.toml:1: "));
}

#[test]
fn tenants_are_settings_with_their_lines() {
    let config = read(
        "[[tenants]]\nid = 'a'\n\n[[tenants]]\nid = 'comp_acme'\nname = 'Acme'\ncritical_assets = ['db-*', 'pay']\n\
         correlation = { time_window_minutes = 5 }\n[tenants.secrets]\nhmac = 'env:ACME'\n",
    )
    .unwrap();
    let acme = &config.tenants[1];
    assert_eq!(acme.id, Placed { value: "comp_acme".into(), place: "config.toml:5".into() });
    assert_eq!(acme.hmac, Some(Placed { value: "env:ACME".into(), place: "config.toml:10".into() }));
    let expected = Placed { value: "db-*,pay".into(), place: "config.toml:7".into() };
    assert_eq!(acme.settings["critical_assets"], expected);
    let expected = Placed { value: "5".into(), place: "config.toml:8".into() };
    assert_eq!(acme.settings["correlation.time_window_minutes"], expected);
    assert_eq!(read("[[tenants]]\nname = 'x'").unwrap_err(), "config.toml:1: a tenant needs an `id`");
}

#[test]
fn variables_override_the_file() {
    let environment = [
        ("ALERT_WHISPERER_RECEIVER__LISTEN", "127.0.0.1:9"),
        ("ALERT_WHISPERER_UI__FPS", "5"),
        ("ALERT_WHISPERER_KEY", "not a setting"),
        ("PATH", "x"),
    ];
    let environment = || environment.iter().map(|(name, value)| (name.to_string(), value.to_string()));
    let config = Config::read("[ui]\nfps = 3", "c", environment()).unwrap();
    assert_eq!((config.ui.fps, config.receiver.listen.as_str()), (5, "127.0.0.1:9"));
    let wrong = [("ALERT_WHISPERER_UI__FPSS".to_owned(), "5".to_owned())];
    assert_eq!(
        Config::read("", "c", wrong.into_iter()).unwrap_err().to_string(),
        "environment variable ALERT_WHISPERER_UI__FPSS: unknown `fpss`; did you mean `fps`?"
    );
}

#[test]
fn keys_come_in_the_order_of_the_file_each_with_its_line() {
    let config = read("[ui]\nfps = 3\n[keys]\n'z' = \"zoom\"\n\"ctrl-t\" = 'tenant a'\nf2 = ''\n").unwrap();
    let keys: Vec<_> = config.keys.iter().map(|key| (&*key.keys, &*key.line, &*key.place)).collect();
    assert_eq!(
        keys,
        [("z", "zoom", "config.toml:4"), ("ctrl-t", "tenant a", "config.toml:5"), ("f2", "", "config.toml:6")]
    );
}

#[test]
fn technicians_are_typed_with_their_lines() {
    let config = read(
        "[[technicians]]\nname = 'priya'\nskills = ['Database']\ntenants = ['*']\non_call = 'always'\nlead = true\n\n\
         [[technicians]]\nname = 'sam'\nat_most = 3\n",
    )
    .unwrap();
    let [priya, sam] = &config.technicians[..] else { panic!() };
    assert_eq!((&*priya.name, &*priya.skills, priya.lead), ("priya", &["Database".to_owned()][..], true));
    assert_eq!((priya.place("on_call"), sam.place("name")), ("config.toml:5", "config.toml:9"));
    assert_eq!((sam.at_most, &sam.tenants, &sam.on_call), (Some(3), &None, &None));
    assert_eq!(
        read("[[technicians]]\nname = 'sam'\nskils = []").unwrap_err(),
        "config.toml:3: unknown `skils`; did you mean `skills`?"
    );
    assert_eq!(read("\n[[technicians]]\nskills = []").unwrap_err(), "config.toml:2: missing field `name`");
    assert!(read("[[technicians]]\nname = 'sam'\nat_most = -1").unwrap_err().starts_with("config.toml:3: "));
}

#[test]
fn what_a_tenant_promises_is_a_setting_like_any_other() {
    let config = read(
        "[[tenants]]\nid = 'a'\nsla = { critical = { respond = '15m', resolve = '4h' } }\n\
         lifecycle = { ack_timeout = '1h' }\nsenders = { heartbeats = ['watchdog', 'dead-man'] }\n",
    )
    .unwrap();
    let settings = &config.tenants[0].settings;
    let of = |key: &str| (&*settings[key].value, &*settings[key].place);
    assert_eq!(of("sla.critical.respond"), ("15m", "config.toml:3"));
    assert_eq!(of("lifecycle.ack_timeout"), ("1h", "config.toml:4"));
    assert_eq!(of("senders.heartbeats"), ("watchdog,dead-man", "config.toml:5"));
}

#[test]
fn sessions_have_lengths_with_limits() {
    let minutes = |n: u64| std::time::Duration::from_secs(n * 60);
    let config = read("").unwrap();
    assert_eq!((config.sessions.idle.0, config.sessions.longest.0), (minutes(20), minutes(60)));
    assert_eq!((config.sessions.record_input, config.sessions.keep_days), (false, 90));
    let config = read("[sessions]\nidle = '90s'\nlongest = '2h'\nrecord_input = true\nkeep_days = 0").unwrap();
    assert_eq!((config.sessions.idle.0, config.sessions.longest.0), (minutes(1) * 3 / 2, minutes(120)));
    assert!(config.sessions.record_input);
    assert_eq!(read("[sessions]\n\nidle = '2h'").unwrap_err(), "config.toml:3: `idle` is from 1m to 1h");
    assert_eq!(read("[sessions]\nlongest = '25h'").unwrap_err(), "config.toml:2: `longest` is from 1m to 24h");
    for wrong in ["20", "m", "1d", "-1m", "1 m", ""] {
        let said = read(&format!("[sessions]\nidle = '{wrong}'")).unwrap_err();
        assert!(said.starts_with("config.toml:2: a length of time is a number"), "{wrong}: {said}");
    }
    let variable = [("ALERT_WHISPERER_SESSIONS__IDLE".to_owned(), "5m".to_owned())];
    let config = Config::read("", "config.toml", variable.into_iter()).unwrap();
    assert_eq!(config.sessions.idle.0, minutes(5));
}

#[test]
fn the_receiver_has_its_proxies_and_its_certificate() {
    let config = read(
        "[receiver]\ntrusted_proxies = ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']\n\
         tls = { cert = 'c.pem', key = 'k.pem', client_ca = 'ca.pem' }\nmax_connections = 5\n",
    )
    .unwrap();
    let blocks: Vec<_> = config.receiver.trusted_proxies.iter().map(|block| block.0.to_string()).collect();
    assert_eq!(blocks, ["10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32"]);
    let tls = config.receiver.tls.unwrap();
    assert_eq!(
        tls.authorities(),
        Some((&"ca.pem".into(), true)),
        "authorities alone mean that certificates are wanted"
    );
    let asked = |auth| Tls { client_auth: Some(auth), ..tls.clone() }.authorities().map(|(_, must)| must);
    let all = [ClientAuth::None, ClientAuth::Optional, ClientAuth::Required].map(asked);
    assert_eq!(all, [None, Some(false), Some(true)]);
    for wrong in ["10.0.0.0/33", "10.0.0", "example.com", ""] {
        let said = read(&format!("[receiver]\ntrusted_proxies = ['{wrong}']")).unwrap_err();
        assert!(said.starts_with("config.toml:2: give addresses or blocks of them"), "{wrong}: {said}");
    }
    let said = read("[receiver]\ntls = { cert = 'c', key = 'k', client_auth = 'required' }").unwrap_err();
    assert!(said.starts_with("config.toml:2: `client_auth` needs `client_ca`"), "{said}");
    let said = read("[receiver.tls]\ncert = 'c'\nkey = 'k'\nclient_auth = 'maybe'").unwrap_err();
    assert!(said.starts_with("config.toml:4: unknown variant"), "{said}");
    assert_eq!(read("[receiver]\ntls = { cert = 'c' }").unwrap_err(), "config.toml:2: missing field `key`");
    assert_eq!(read("[receiver]\nmax_connections = 0").unwrap_err(), "config.toml:2: `max_connections` is 1 or more");
    let said = read("[receiver]\nanswer_within_ms = 99").unwrap_err();
    assert_eq!(said, "config.toml:2: `answer_within_ms` is 100 to 60000");
}
