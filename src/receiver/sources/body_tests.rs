use super::*;

/// What a body says, as JSON again; or why not.
fn said(body: &[u8]) -> Result<String, Unreadable> {
    open(body, |json| Ok(written(json)))
}

fn written(json: &Json<'_>) -> String {
    match json {
        Json::Object(object) => {
            let pairs: Vec<_> = object.pairs().map(|(name, value)| format!("{name}:{}", written(value))).collect();
            format!("{{{}}}", pairs.join(","))
        }
        Json::List(values) => format!("[{}]", values.iter().map(written).collect::<Vec<_>>().join(",")),
        plain => plain.plain().unwrap().into_owned(),
    }
}

fn wide(text: &str, one: fn(u16) -> [u8; 2], mark: [u8; 2]) -> Vec<u8> {
    mark.into_iter().chain(text.encode_utf16().flat_map(one)).collect()
}

#[test]
fn json_is_found_in_every_wrapping() {
    let wrapped: Vec<Vec<u8>> = vec![
        br#"{"a":"\u00e9"}"#.into(),
        b"\xef\xbb\xbf {\"a\":\"\xc3\xa9\"}\r\n".into(),
        wide(r#"{"a":"é"}"#, u16::to_le_bytes, [0xff, 0xfe]),
        wide(r#"{"a":"é"}"#, u16::to_be_bytes, [0xfe, 0xff]),
        br#""{\"a\":\"\u00e9\"}""#.into(),
        b"payload=%7B%22a%22%3A%22%C3%A9%22%7D".into(),
        b"token=x&payload=%7B%22a%22%3A+%22%C3%A9%22%7D&y=z\n".into(),
        b"a=%C3%A9".into(),
        "a=é".into(),
        "--x\r\nContent-Disposition: form-data; name=\"payload\"\r\n\r\n{\"a\":\"é\"}\r\n--x--\r\n".into(),
        "--x\nContent-Disposition: form-data; name=a\nContent-Type: text/plain\n\né\n--x--".into(),
    ];
    for body in wrapped {
        assert_eq!(said(&body), Ok("{a:é}".into()), "{}", String::from_utf8_lossy(&body));
    }
}

#[test]
fn a_form_becomes_an_object_of_texts() {
    assert_eq!(said(b"host=web+01&severity=high&message=CPU is at 99%25 & rising"), {
        Ok("{host:web 01,severity:high,message:CPU is at 99% , rising:}".into())
    });
    let body =
        b"--b\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--b\r\nContent-Disposition: form-data; \
        name=\"f\"; filename=\"x.png\"\r\nContent-Type: image/png\r\n\r\n\xff\xd8\r\n--b\r\n\
        Content-Disposition: form-data; name=\"c\"\r\n\r\n\r\n--b--\r\n";
    assert_eq!(said(body), Ok("{a:1\r\n2,c:}".into()));
    let body = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=c\r\n\r\n2";
    assert_eq!(said(body), Ok("{a:1,c:2}".into()), "the line at the end is missing");
}

#[test]
fn what_can_not_be_read_says_so() {
    for bad in [
        &b""[..],
        b"{",
        b"{\"a\":\"\xc3",
        b"[1,]",
        b"\"{\\\"a\\\":}\"",
        b"\"\\\"{}\\\"\" x",
        b"<a b=\"c\">",
        b"CPU is high, load=5",
        b"\xff\xfe{\x00\x00",
        b"\xff\xfe\x00\xd8",
        b"payload=%7B%22a",
        b"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\xff\r\n--x--",
    ] {
        assert!(matches!(said(bad), Err(Unreadable::NotJson { .. })), "{}", String::from_utf8_lossy(bad));
    }
    assert_eq!(said(br#""down""#), Ok("down".into()), "a string without JSON in it is that string");
    let many = "a=1&".repeat(MOST_FIELDS + 1);
    assert!(matches!(said(many.as_bytes()), Err(Unreadable::NoAlert { .. })));
}

#[test]
fn a_string_is_opened_once() {
    let twice = serde_json::to_string(&serde_json::to_string(r#"{"a":1}"#).unwrap()).unwrap();
    assert_eq!(said(twice.as_bytes()), Ok(r#""{\"a\":1}""#.into()));
}
