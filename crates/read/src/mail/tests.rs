use super::*;
use crate::container;

fn read_mail(mail: &str) -> RawDocument {
    read(mail.as_bytes(), &Options::default()).unwrap()
}

fn page(mail: &str) -> String {
    read_mail(mail).pages.remove(0).text
}

fn members(mail: &str) -> Vec<String> {
    let contents = container::list("a.eml", mail.as_bytes(), &Options::default());
    let members = contents.unwrap().unwrap().members.into_iter();
    members.map(|member| member.path).collect()
}

fn member(mail: &str, path: &str) -> Vec<u8> {
    container::extract("a.eml", mail.as_bytes(), path, &Options::default()).unwrap()
}

const HEADERS: &str = "Received: by mx.example.se\r\nFrom: =?utf-8?Q?=C3=85sa?= <asa@example.se>\r\n\
    To: registrator@example.se,\r\n\tbo@example.se\r\nSubject: =?iso-8859-1?Q?F=F6rstudie?=\r\n";

fn mixed(parts: &[&str]) -> String {
    let parts: String = parts
        .iter()
        .map(|part| format!("--gr\r\n{part}\r\n"))
        .collect();
    format!(
        "{HEADERS}Content-Type: multipart/mixed; boundary=gr\r\n\r\nold program\r\n{parts}--gr--\r\n"
    )
}

const PDF: &str = "Content-Type: application/pdf; name=\"plan.pdf\"\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nJVBERi0=";

#[test]
fn headers_and_text_are_one_page() {
    let mail = format!(
        "{HEADERS}Content-Type: text/plain; charset=iso-8859-1\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\nSki=\r\nss p=E5 planen\r\n\r\n> Hej\r\n"
    );
    let document = read_mail(&mail);
    assert_eq!(document.carrier, diarium_document::Carrier::Mail);
    assert_eq!(document.media_type, "message/rfc822");
    assert_eq!(document.encoding, Some("windows-1252"));
    assert_eq!(document.stated_title.as_deref(), Some("Förstudie"));
    let page = &document.pages[0];
    let lines: Vec<&str> = page.lines.iter().map(|line| page.line_text(line)).collect();
    let expected = [
        "From: Åsa <asa@example.se>",
        "To: registrator@example.se, bo@example.se",
        "Subject: Förstudie",
        "Skiss på planen",
        "> Hej",
    ];
    assert_eq!(lines, expected);
    assert!(page.lines[3].gap_before);
    assert!(members(&mail).is_empty());
}

#[test]
fn attachments_are_members() {
    let forwarded = format!("Content-Type: message/rfc822\r\n\r\n{HEADERS}\r\nTidigare");
    let mail = mixed(&[
        "\r\nHej",
        PDF,
        PDF,
        &forwarded,
        "Content-Type: image/png\r\n\r\nx",
    ]);
    let expected = [
        "plan.pdf",
        "plan (2).pdf",
        "Förstudie.eml",
        "attachment-4.png",
    ];
    assert_eq!(members(&mail), expected);
    assert_eq!(member(&mail, "plan.pdf"), b"%PDF-");
    let text = page(&mail);
    assert!(
        text.contains("Hej") && !text.contains("JVBER") && !text.contains("Tidigare"),
        "{text}"
    );
    let forwarded = String::from_utf8(member(&mail, "Förstudie.eml")).unwrap();
    assert!(page(&forwarded).contains("Tidigare"));
}

#[test]
fn one_version_of_a_text_is_read() {
    let html = "Content-Type: text/html; charset=utf-8\r\n\r\n<table><tr><td>Sökande<td>Norra \
        byalaget</table><p>Vi söker medel till en ny brygga vid sjön.</p>";
    let alternative = |plain: &str| {
        mixed(&[&format!(
            "Content-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\n\r\n{plain}\r\n\
             --alt\r\n{html}\r\n--alt--\r\n"
        )])
    };
    let text = page(&alternative(
        "Sökande: Norra byalaget\r\nVi söker medel till en ny brygga.",
    ));
    assert!(
        text.contains("Sökande: Norra") && !text.contains("vid sjön"),
        "{text}"
    );
    for plain in ["", "Visa som HTML"] {
        let text = page(&alternative(plain));
        assert!(text.contains("Sökande\tNorra byalaget"), "{text}");
        assert!(!text.contains("Visa"), "{text}");
    }
}

#[test]
fn letters_without_a_charset_are_decoded() {
    let mut mail = mixed(&["Content-Type: text/plain\r\n\r\nX"]).into_bytes();
    let at = mail
        .windows(5)
        .position(|window| window == b"\nX\r\n-")
        .unwrap();
    mail.splice(
        at + 1..at + 2,
        *b"F\xf6reningen s\xf6ker medel f\xf6r \xe5ret",
    );
    let document = read(&mail, &Options::default()).unwrap();
    assert!(
        document.pages[0]
            .text
            .contains("Föreningen söker medel för året")
    );
}

#[test]
fn a_message_without_its_end_is_read_as_far_as_it_goes() {
    let mail = mixed(&["\r\nHej alla", PDF]);
    for length in 0..mail.len() {
        let cut = &mail[..length];
        let _ = read(cut.as_bytes(), &Options::default());
        let _ = container::list("a.eml", cut.as_bytes(), &Options::default());
    }
    let cut = &mail[..mail.len() - 20];
    assert!(page(cut).contains("Hej alla"));
    assert_eq!(members(cut), ["plan.pdf"]);
    assert_eq!(read_mail(&mail).warnings, []);
    assert_eq!(read_mail(cut).warnings.len(), 1);
    let unclosed = format!("{HEADERS}Content-Type: multipart/mixed; boundary=x\r\n\r\nHej alla");
    assert!(page(&unclosed).contains("Hej alla"));
}

#[test]
fn deep_nesting_and_many_parts_are_cut() {
    let deep: String = (0..5000)
        .map(|depth| {
            format!("Content-Type: multipart/mixed; boundary=b{depth}x\r\n\r\n--b{depth}x\r\n")
        })
        .collect();
    let mail = format!("{HEADERS}{deep}\r\nHej");
    assert!(!read_mail(&mail).warnings.is_empty());
    let forwarded = format!("{HEADERS}Content-Type: message/rfc822\r\n\r\n").repeat(3000);
    assert_eq!(members(&forwarded), ["Förstudie.eml"]);
}
