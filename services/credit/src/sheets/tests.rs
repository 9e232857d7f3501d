use std::io::{Cursor, Write as _};

use super::write::escaped;
use super::*;

fn workbook(lines: &[&[&str]]) -> Vec<u8> {
    let mut writer = XlsxWriter::new("表").unwrap();
    for line in lines {
        writer.line(&line.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()).unwrap();
    }
    let mut bytes = Cursor::new(Vec::new());
    writer.finish(&mut bytes).unwrap();
    bytes.into_inner()
}

fn rows(bytes: &[u8]) -> Vec<(u32, String)> {
    read(bytes).unwrap().lines.into_iter().map(|(number, cells)| (number, cells.join("|"))).collect()
}

#[test]
fn what_a_file_is_is_found_by_its_content() {
    let gbk = encoding_rs::GB18030.encode("名称,代码\r\n甬安,1\r\n").0.into_owned();
    let marked = [BOM, "名称,代码\n甬安,1\n".as_bytes()].concat();
    for (bytes, format) in [
        ("名称,代码\n甬安,1".as_bytes().to_vec(), FileFormat::CsvUtf8),
        (marked, FileFormat::CsvUtf8),
        (gbk, FileFormat::CsvGb18030),
        (workbook(&[&["名称", "代码"], &["甬安", "1"]]), FileFormat::Xlsx),
    ] {
        let sheet = read(&bytes).unwrap();
        assert_eq!((sheet.format, sheet.header.join("|").as_str()), (format, "名称|代码"));
        assert_eq!(rows(&bytes), [(2, "甬安|1".to_owned())]);
    }
    for (bytes, error) in [
        (&b""[..], SheetError::Empty),
        (b"\n\n , \n", SheetError::Empty),
        (b"\xD0\xCF\x11\xE0", SheetError::OldWorkbook),
        (b"\xFF\xFE\xFFn", SheetError::Encoding),
        (b"a\0b", SheetError::Encoding),
        (b"\x89PNG\r\n\x1a\nrest of a picture", SheetError::Encoding),
    ] {
        assert_eq!(read(bytes).unwrap_err(), error, "{bytes:?}");
    }
    assert!(matches!(read(b"PK\x03\x04nonsense").unwrap_err(), SheetError::Workbook(_)));
}

#[test]
fn a_row_has_the_number_that_a_person_sees_beside_it() {
    let text = "a,b\n\n1,\"two\nlines\"\n\n\n2,x\n,\n3,y\n";
    let expected = [(3, "1|two\nlines".to_owned()), (6, "2|x".to_owned()), (8, "3|y".to_owned())];
    assert_eq!(rows(text.as_bytes()), expected);
    assert_eq!(rows(text.replace('\n', "\r\n").as_bytes())[2], expected[2]);
    let book = workbook(&[&["a", "b"], &["1", "two"], &["", ""], &["2", "x"]]);
    assert_eq!(rows(&book), [(2, "1|two".to_owned()), (4, "2|x".to_owned())]);
}

#[test]
fn days_times_and_whole_numbers_of_a_workbook_are_read_as_they_are_seen() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, title) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        sheet.write_string(0, u16::try_from(column).unwrap(), title).unwrap();
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    let time = rust_xlsxwriter::Format::new().set_num_format("hh:mm");
    sheet.write_number_with_format(1, 0, 46_538, &day).unwrap();
    sheet.write_number_with_format(1, 1, 8.5 / 24.0, &time).unwrap();
    sheet.write_number(1, 2, 330_203_001).unwrap();
    sheet.write_number(1, 3, 110_105_194_912_310_021_f64).unwrap();
    sheet.write_boolean(1, 4, true).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(rows(&bytes)[0].1, "2027-05-31|08:30|330203001|1.1010519491231002e17|yes");
}

#[test]
fn a_workbook_that_is_larger_than_it_looks_is_refused() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/bomb.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeroes = vec![0; 1_024 * 1_024];
    for _ in 0..=xlsx::UNPACKED_BYTES_MAX / 1_024 / 1_024 {
        zip.write_all(&zeroes).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    assert_eq!(read(&bytes).unwrap_err(), SheetError::TooLarge);
}

#[test]
fn more_lines_than_are_taken_are_refused() {
    let text = format!("a\n{}", "1\n".repeat(ROWS_MAX));
    assert_eq!(rows(text.as_bytes()).len(), ROWS_MAX);
    assert_eq!(read(format!("{text}1\n").as_bytes()).unwrap_err(), SheetError::TooManyLines);
}

#[test]
fn no_cell_that_goes_out_is_a_formula_and_it_comes_in_as_it_was() {
    for cell in ["=1+1", "+86", "-5", "@sum", "\tx", "\rx", "'=x"] {
        let out = escaped(cell);
        assert!(out.starts_with('\''), "{out}");
    }
    for cell in ["a=b", "5", "'quoted'", ""] {
        assert_eq!(escaped(cell), cell);
    }
    let line = ["=HYPERLINK(\"http://x\")".to_owned(), "b,\"c\"".to_owned()];
    let bytes = csv_lines([&line[..]]).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), "\"'=HYPERLINK(\"\"http://x\"\")\",\"b,\"\"c\"\"\"\r\n");
    let book = workbook(&[&["a"], &["=1+1"]]);
    assert_eq!(rows(&book)[0].1, "'=1+1");
}
