use serde_json::json;

use super::*;

const PLAIN: Template = Template {
    source: "#import \"/house.typ\": *\n#let says = json(\"/data.json\")\n#show: sheet.with(title: says.name)\n#says.name\n#code(says.svg, [码], [Code])",
    pages_max: 1,
};
const SVG: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 2 2\"><path d=\"M0 0h1v1H0z\"/></svg>";

fn printed(name: &str) -> Result<Vec<u8>, SheetError> {
    Printer::new(Vec::new()).render(PLAIN, &json!({ "name": name, "svg": SVG }))
}

#[test]
fn the_same_data_make_the_same_bytes() {
    let sheet = printed("甬诚锁业服务部").unwrap();
    assert!(sheet.starts_with(b"%PDF-"));
    assert_eq!(sheet, printed("甬诚锁业服务部").unwrap());
}

#[test]
fn what_was_typed_in_is_text_and_no_markup() {
    assert!(printed("#panic(\"ran\") *bold* $x$ \\").is_ok());
}

#[test]
fn a_character_that_no_font_has_is_refused_and_named() {
    // CJK extension B: rare in names, and in no font that comes along.
    let refused = printed("甬𠮷锁业").unwrap_err();
    assert!(matches!(&refused, SheetError::MissingGlyphs(missing) if missing == "𠮷"), "{refused}");
}

#[test]
fn a_rare_character_is_taken_from_a_font_of_the_machine() {
    // ش is in no font that comes along; the folder has one with it, made of three glyphs.
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fonts/tests"));
    let data = json!({ "name": "甬ش", "svg": SVG });
    assert!(matches!(Printer::new(Vec::new()).render(PLAIN, &data), Err(SheetError::MissingGlyphs(_))));
    assert!(Printer::new(vec![folder]).render(PLAIN, &data).is_ok());
}

#[test]
fn too_many_pages_and_too_much_data_are_refused() {
    let long = Template { source: "#pagebreak()", pages_max: 1 };
    let printer = Printer::new(Vec::new());
    assert!(matches!(printer.render(long, &json!({})), Err(SheetError::TooLong { pages: 2, max: 1 })));
    let much = json!({ "name": "甬".repeat(DATA_BYTES_MAX), "svg": SVG });
    assert!(matches!(printer.render(PLAIN, &much), Err(SheetError::TooMuch(_))));
}

#[test]
fn a_template_reads_nothing_but_its_data() {
    for source in ["#read(\"/etc/passwd\")", "#import \"@preview/cetz:0.3.4\": *", "#json(\"other.json\")"] {
        let refused = Printer::new(Vec::new()).render(Template { source, pages_max: 1 }, &json!({}));
        assert!(matches!(refused, Err(SheetError::Template(_))), "{source}");
    }
}
